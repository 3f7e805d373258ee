import type { InstalledKataView, Shell, TroubleView } from "../view-models.ts";
import { addresses } from "./addresses.ts";
import { age, markOf, realmWithTrust } from "./bits.ts";
import { type Html, html } from "./html.ts";
import { idleNote, restoreForm } from "./installed.ts";
import { receiptList } from "./receipts.ts";
import { toDocument } from "./shell.ts";
import { uninstallSection } from "./uninstall.ts";
import { updatesSection } from "./updates.ts";
import { sayStanding, sayTrouble, sayTrust } from "./words.ts";

/** One installed version: how it stands, what is newer, the contract for it, and the way out. */
export function installedKataPage(shell: Shell, view: InstalledKataView): string {
  const { kata } = view;
  const main = html`<div class="head">
<p class="eyebrow"><a href="${addresses.installed}">Installed</a></p>
<h1>${kata.name} <span class="muted">${kata.version}</span></h1>
<p class="row"><span>${realmWithTrust(kata.realm)}</span> <span class="muted">${sayTrust(kata.realm).sentence}</span></p>
</div>
<div class="chosen" id="kata" data-live="proposal realm katas" tabindex="-1" role="region" aria-label="This kata">
${stateSection(shell, view)}
${kata.standing === "intact" ? html`${updatesSection(view)}${contractSection(shell, view)}${uninstallSection(view)}` : null}
</div>`;
  return toDocument(shell, { title: kata.name, main });
}

function stateSection({ now }: Shell, { kata, receipt, removed }: InstalledKataView): Html {
  const saying = sayStanding(kata.standing);
  const tone = saying.tone === "plain" ? "" : saying.tone;
  return html`<section class="stack" aria-labelledby="standing"><h2 class="sr" id="standing">How it stands</h2>
<p class="note ${tone}">${markOf(saying)} ${saying.sentence} ${removed === null ? html`Installed ${age(kata.installedAt, now)} by ${kata.installedBy}.` : html`${removed.by} took it out ${age(removed.at, now)}.`}</p>
${kata.standing === "lost" ? restoreForm() : null}
${kata.troubles.map(troubleNote)}
${receiptList([receipt])}
</section>`;
}

function troubleNote({ kind, reason, replacedBy }: TroubleView): Html {
  const { sentence, tone } = sayTrouble(kind);
  return html`<p class="note ${tone}"><b>${sentence}</b> ${reason}
${replacedBy === null ? null : html`In its place: <a href="${addresses.kata(replacedBy.realm, replacedBy.name)}?version=${encodeURIComponent(replacedBy.version)}">${replacedBy.qualifiedName}</a>`}</p>`;
}

function contractSection(shell: Shell, { kata, contract, isIdle }: InstalledKataView): Html {
  return html`<section class="stack" aria-labelledby="contract-title"><h2 id="contract-title">Contract</h2>
${contract === null ? html`<p>How this Ronin wants a contract written is not known, so none is offered.</p>` : contractText(kata, contract)}
${isIdle ? idleNote(shell) : null}
</section>`;
}

function contractText({ name, version }: InstalledKataView["kata"], contract: string): Html {
  return html`<p>It would run the kata every night. Nobody has saved it: put it into <code>~/.ronin/contracts</code>, and Ronin reads it when it starts.</p>
<pre class="source" id="contract" tabindex="0" role="group" aria-label="Contract of ${name}">${contract}</pre>
<div class="buttons"><button type="button" data-copies="contract">Copy</button>
<a class="button" href="${addresses.contractFile(name, version)}" download="daily.${name}.contract">Save as a file</a></div>`;
}
