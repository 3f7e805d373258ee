import type { InstalledKataView, UpdateOffer } from "../view-models.ts";
import { addresses } from "./addresses.ts";
import { mark, moment } from "./bits.ts";
import { type Html, html } from "./html.ts";
import { diffSection } from "./source.ts";

/** What is newer and what it changes; and what a person says about that. Nothing updates by itself. */
export function updatesSection(view: InstalledKataView): Html | null {
  const { kata, hasUpdates } = view;
  if (!hasUpdates) return null;
  return html`<section class="stack" aria-labelledby="updates"><h2 id="updates">Updates</h2>
${kata.update === null ? html`<p>${kata.choice.isPinned ? "It is pinned, so nothing newer is looked for." : "Nothing newer is known that this Ronin can run."}</p>` : offer(view, kata.update)}
${choices(view)}
</section>`;
}

function offer(
  { kata, update }: InstalledKataView,
  { version, changes, newSkills, waitsUntil }: UpdateOffer,
): Html {
  const { goneSkills = [], newKatas = [] } = update ?? {};
  return html`<div class="stack"><p>${mark(`${version} is out`, "warn")} ${changes}</p>
${names("New skills", newSkills)}
${names("Skills it no longer needs", goneSkills)}
${names("Katas it brings along, each with its own skills", newKatas)}
${waitsUntil === null ? null : html`<p class="muted">Your cool-down holds it back until ${moment(waitsUntil)}.</p>`}
${update === null ? null : diffSection(update, null)}
<div class="buttons">${decide(kata)}${wishForm(kata.name, "skip", { version }, `Skip ${version}`, `${version} is skipped.`)}</div></div>`;
}

function names(what: string, list: readonly string[]): Html | null {
  if (list.length === 0) return null;
  return html`<p><span class="muted">${what}:</span> ${list.map((name) => html`<code>${name}</code> `)}</p>`;
}

/** An update is a request like any other, and is decided where all of them are. */
function decide({ realm, name, update }: InstalledKataView["kata"]): Html | null {
  if (update === null) return null;
  if (update.proposalId !== null) {
    return html`<a class="button primary" href="${addresses.proposal(update.proposalId)}">Decide on ${update.version}</a>`;
  }
  return html`<form data-posts="${addresses.install(realm.id, name)}" data-then="proposal" data-alerts="updates">
<input type="hidden" name="version" value="${update.version}"><button class="primary">Look at ${update.version}…</button></form>`;
}

function choices({ kata: { name, choice } }: InstalledKataView): Html {
  const { isPinned, skipped, minAgeDays } = choice;
  return html`<div class="buttons">
${isPinned ? wishForm(name, "unpin", {}, "Unpin", "It is not pinned any more.") : wishForm(name, "pin", {}, "Pin this version", "It is pinned.")}
${skipped.map((version) => wishForm(name, "unskip", { version }, `Do not skip ${version}`, `${version} is not skipped any more.`))}
</div>
<form class="buttons" data-posts="${addresses.updateWish(name, "wait")}" data-then="refresh" data-says="The cool-down is set." data-alerts="updates">
<label class="field"><span>Cool-down: days before a new version is proposed</span><input type="number" name="days" min="0" max="365" required value="${minAgeDays}"></label>
<button>Set</button></form>
<p role="alert" data-alert="updates"></p>`;
}

function wishForm(
  name: string,
  wish: "pin" | "unpin" | "skip" | "unskip",
  { version }: { version?: string },
  label: string,
  says: string,
): Html {
  // The focus stays where it was when the page comes back with the opposite in its place.
  const id = version === undefined ? "pin" : `skip-${version}`;
  return html`<form data-posts="${addresses.updateWish(name, wish)}" data-then="refresh" data-says="${says}" data-alerts="updates">
${version === undefined ? null : html`<input type="hidden" name="version" value="${version}">`}<button id="${id}">${label}</button></form>`;
}
