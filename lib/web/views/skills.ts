import type { SkillView, VersionView } from "../view-models.ts";
import { mark } from "./bits.ts";
import { type Html, html } from "./html.ts";
import { count, reachSayings } from "./words.ts";

const reaches = ["shell", "file", "network"] as const;

/**
 * What a version will be able to do: first in one line of plain words, then skill by skill. A skill that the
 * installed version does not use is marked, since that is what an update adds.
 */
export function skillsSection({ skills }: VersionView, installed: VersionView | undefined): Html {
  return html`<section aria-labelledby="able"><h2 id="able">What it will be able to do</h2>
<p class="reach">${reachSummary(skills)}</p>
${skills.length === 0 ? null : html`<ul class="skills">${skills.map((skill) => skillItem(skill, isNewTo(installed, skill)))}</ul>`}
</section>`;
}

function reachSummary(skills: readonly SkillView[]): Html {
  const met = reaches.filter((reach) => skills.some((skill) => skill.reach === reach));
  const missing = skills.filter(({ isPresent }) => !isPresent).length;
  const risky = skills.filter(({ riskLevel }) => riskLevel === "high" || riskLevel === "critical").length;
  return html`${met.length === 0 ? mark(skills.length === 0 ? "Uses no skills of its own" : "No shell, no files, no network", "good") : null}
${met.map((reach) => mark(reachSayings[reach].sentence, reachSayings[reach].tone))}
${risky === 0 ? null : mark(`${count(risky, "skill")} of high risk`, "bad")}
${missing === 0 ? null : mark(`${count(missing, "skill")} missing here`, "warn")}`;
}

function isNewTo(installed: VersionView | undefined, { name }: SkillView): boolean {
  return installed !== undefined && !installed.skills.some((skill) => skill.name === name);
}

function skillItem({ name, description, riskLevel, isPresent, reach }: SkillView, isNew: boolean): Html {
  return html`<li><code>${name}</code>
<p>${description ?? "This Ronin says nothing about it."}</p>
<span class="marks">${isNew ? mark("new", "warn") : null}
${reach === null ? null : mark(reachSayings[reach].word, reachSayings[reach].tone)}
${riskLevel === null ? null : mark(`${riskLevel} risk`, riskTones[riskLevel])}
${isPresent ? null : mark("missing here", "warn")}</span></li>`;
}

const riskTones = { low: "plain", medium: "warn", high: "bad", critical: "bad" } as const;
