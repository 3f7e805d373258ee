import type { KataView, Shell, VersionView } from "../view-models.ts";
import { addresses } from "./addresses.ts";
import { empty, mark, realmWithTrust } from "./bits.ts";
import { chosenSections } from "./chosen.ts";
import { type Html, html } from "./html.ts";
import { toDocument } from "./shell.ts";
import { versionList } from "./versions.ts";
import { sayTrust } from "./words.ts";

/** A kata with all its versions. Installing only opens a proposal: the same decision as any. */
export function kataPage(shell: Shell, view: KataView): string {
  const { realm, name, versions, selected, installedVersions } = view;
  const shown = versions.find(({ version }) => version === selected?.version) ?? versions[0];
  const installed = versions.find(({ version }) => version === installedVersions[0]);
  const main = html`<div class="head">
<p class="eyebrow"><a href="${addresses.browse}">Browse</a></p>
<h1>${name}</h1>
<p class="row"><span>${realmWithTrust(realm)}</span> <span class="muted">${sayTrust(realm).sentence}</span>
${installedVersions.length === 0 ? null : mark(`you have ${installedVersions.join(", ")}`, "good")}</p>
</div>
${
  shown === undefined
    ? empty("It has no versions", "The realm lists this name without any version.")
    : html`<div class="decide">
${versionList(addresses.kata(realm.id, name), versions, shown.version)}
<div class="chosen" id="chosen" data-live="proposal realm" tabindex="-1" role="region" aria-label="The chosen version">
${chosenSections({ version: shown, content: selected, installed, isCreation: false })}
${installBar(view, shown)}
</div></div>`
}`;
  return toDocument(shell, { title: name, main });
}

function installBar({ realm, name, pendingProposalId }: KataView, shown: VersionView): Html {
  if (pendingProposalId !== null) {
    return html`<div class="actions"><p>A proposal of this kata waits for your decision.</p>
<a class="button primary" href="${addresses.proposal(pendingProposalId)}">Decide</a></div>`;
  }
  if (shown.isInstalled) return html`<div class="actions"><p>${shown.version} is installed.</p></div>`;
  if (!shown.isCompatible) {
    return html`<div class="actions"><p class="warn">${shown.version} cannot be installed here.</p></div>`;
  }
  return html`<form class="actions" data-posts="${addresses.install(realm.id, name)}" data-then="proposal">
<p><span class="muted">You decide on the next page.</span> <span role="alert"></span></p>
<input type="hidden" name="version" value="${shown.version}">
<button class="primary">Install ${shown.version}…</button></form>`;
}
