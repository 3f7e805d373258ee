import type { KataStatus } from "../../model/kata.ts";
import type { VersionContent, VersionView } from "../view-models.ts";
import { facts, mark, tagList } from "./bits.ts";
import { graphFigure } from "./graph.ts";
import { type Html, html } from "./html.ts";
import { skillsSection } from "./skills.ts";
import { diffSection, sourceSection } from "./source.ts";
import { whyNot } from "./versions.ts";

interface Chosen {
  version: VersionView;
  content: VersionContent | null;
  /** The newest one that is installed, where it is known. */
  installed: VersionView | undefined;
  /** A kata of no realm has nothing but its text to speak for it, so that stands open. */
  isCreation: boolean;
}

/** All that is known of the chosen version, in the order in which a decision needs it. */
export function chosenSections({ version, content, installed, isCreation }: Chosen): Html {
  return html`${aboutSection(version, content, isCreation)}
${skillsSection(version, installed?.version === version.version ? undefined : installed)}
${content === null ? null : diffSection(content, version.changes)}
<div class="split">${content?.graph == null ? null : html`<section aria-labelledby="runs"><h2 id="runs">How it runs</h2>${graphFigure(content.graph, version.skills)}</section>`}${planSection(version)}</div>
${content === null ? null : sourceSection(content, isCreation)}
${recordSection(version)}`;
}

function aboutSection(version: VersionView, content: VersionContent | null, isCreation: boolean): Html {
  const { description, changes, tags } = version;
  return html`<section class="stack" aria-labelledby="about"><h2 class="sr" id="about">${version.version}</h2>
${isCreation && description === null ? null : html`<p class="lead">${description ?? "The realm says nothing about it."}</p>`}
${changes === null || content?.diff != null ? null : html`<p><span class="muted">New in ${version.version}:</span> ${changes}</p>`}
${tagList(tags)}
${notices(version)}
${content?.compiled === "differs" ? html`<p class="note bad">This Ronin compiles the source to something else than the realm promises. It cannot be installed.</p>` : null}
</section>`;
}

const statusSentences: Record<KataStatus, string | null> = {
  active: null,
  deprecated: "Its publisher advises against this version.",
  withdrawn: "Its publisher has withdrawn this version.",
};

function notices(version: VersionView): Html | null {
  const status = statusSentences[version.status];
  if (!version.isCompatible) {
    return html`<p class="note warn"><b>Cannot be installed here.</b> ${whyNot(version)}${version.problem === null ? null : html` <code>${version.problem.code}</code>`}</p>`;
  }
  if (version.reasons.length === 0 && status === null) return null;
  return html`<ul class="note warn">${[status, ...version.reasons].map((one) => (one === null ? null : html`<li>${one}</li>`))}</ul>`;
}

function planSection({ plan }: VersionView): Html | null {
  if (plan.length === 0) return null;
  return html`<section aria-labelledby="plan"><h2 id="plan">What will be installed</h2>
<ol class="steps">${plan.map(({ qualifiedName, isInstalled }) => html`<li><code>${qualifiedName}</code>${isInstalled ? mark("is here already", "good") : null}</li>`)}</ol>
</section>`;
}

function recordSection(version: VersionView): Html {
  const { author, license, documentation, hashes, compiledWith } = version;
  return html`<section aria-labelledby="record"><h2 class="sr" id="record">Record</h2>
<details><summary>Publisher and hashes</summary>
${facts([
  ["Kata", html`<code>${version.qualifiedName}</code>`],
  ["Author", author],
  ["Licence", license],
  ["Documentation", documentation === null ? null : documentationLink(documentation)],
  ["Compiled with", compiledWith === null ? null : `Ronin ${compiledWith}`],
  ["Source SHA-256", hashes === null ? null : html`<code>${hashes.source}</code>`],
  ["Compiled SHA-256", hashes === null ? null : html`<code>${hashes.compiled}</code>`],
  ["Plan SHA-256", hashes?.plan == null ? null : html`<code>${hashes.plan}</code>`],
])}</details></section>`;
}

/** Its text is the whole address, so that nobody is led elsewhere. Anything but https stays text. */
function documentationLink(address: string): Html {
  if (!address.startsWith("https://")) return html`${address}`;
  return html`<a href="${address}" rel="noopener noreferrer nofollow" target="_blank">${address}</a> <span class="muted">(leaves this machine)</span>`;
}
