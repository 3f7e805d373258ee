import type { InstalledEntry, InstalledView, Shell, UpdateOffer } from "../view-models.ts";
import { addresses } from "./addresses.ts";
import { age, empty, mark, markOf, realmWithTrust } from "./bits.ts";
import { type Html, html } from "./html.ts";
import { toDocument } from "./shell.ts";
import { count, sayStanding, sayTrouble } from "./words.ts";

/** What was installed: what is newer, what should not go on as it is, and what Ronin has lost. */
export function installedPage(shell: Shell, { katas, isIdle }: InstalledView): string {
  const lost = katas.filter(({ standing }) => standing === "lost");
  const main = html`<div class="head"><h1>Installed</h1></div>
<div class="stack" id="installed" data-live="proposal realm katas">
${lost.length === 0 ? null : lostNote(lost.length)}
${katas.length === 0 ? nothingInstalled : html`<ul class="list">${katas.map((kata) => html`<li>${kataItem(shell, kata)}</li>`)}</ul>`}
${isIdle && katas.length > 0 ? idleNote(shell) : null}
</div>`;
  return toDocument(shell, { title: "Installed", main });
}

/** Said wherever somebody could wait for something to happen. */
export function idleNote({ roninVersion }: Shell): Html {
  return html`<p class="note">Ronin ${roninVersion} registers katas and reads contracts, and starts neither: nothing here runs by itself yet.</p>`;
}

const nothingInstalled = empty(
  "Nothing is installed",
  html`What you approve stands here from then on. <a href="${addresses.browse}">Browse the realms</a>.`,
);

function lostNote(lost: number): Html {
  return html`<div class="note warn stack"><p>Ronin has lost ${count(lost, "kata")} that you approved.</p>${restoreForm()}</div>`;
}

/** Puts back all that is lost at once. */
export function restoreForm(): Html {
  return html`<form class="stack" data-posts="${addresses.restore}" data-then="refresh" data-says="Put back.">
<p>The sources are kept here, so putting back needs no network.</p><p role="alert"></p>
<div class="buttons"><button>Put back what is lost</button></div></form>`;
}

function kataItem({ now }: Shell, kata: InstalledEntry): Html {
  const { name, version, realm, installedAt, installedBy, standing, troubles, update, choice } = kata;
  return html`<article class="item">
<div class="head-row"><h2><a class="item-link" href="${addresses.installedKata(name, version)}">${name}</a> <span class="muted">${version}</span></h2>
<span class="row">${troubles.map(({ kind }) => markOf(sayTrouble(kind)))}${update === null ? null : mark(`${update.version} is out`, "warn")}${choice.isPinned ? mark("pinned", "plain") : null}${markOf(sayStanding(standing))}</span></div>
${troubles.map(({ kind, reason }) => html`<p class="warn">${sayTrouble(kind).sentence} ${reason}</p>`)}
${update === null ? null : updateLine(update)}
<p class="row muted"><span>${realmWithTrust(realm)}</span><span>installed ${age(installedAt, now)} by ${installedBy}</span></p>
</article>`;
}

function updateLine({ version, changes, newSkills }: UpdateOffer): Html {
  return html`<p>${changes === null ? `There is ${version}.` : html`<span class="muted">New in ${version}:</span> ${changes}`}
${newSkills.length === 0 ? null : html`<span class="warn">New skills: ${newSkills.join(", ")}</span>`}</p>`;
}
