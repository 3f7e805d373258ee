import { sayProgress } from "../../desk/say-progress.ts";
import type { RealmsView, RealmView, Shell } from "../view-models.ts";
import { addRealm } from "./add-realm.ts";
import { addresses } from "./addresses.ts";
import { age, empty, facts, mark, markOf, moment } from "./bits.ts";
import { fingerprint } from "./fingerprint.ts";
import { type Content, type Html, html, join } from "./html.ts";
import { toDocument } from "./shell.ts";
import { count, sayTrust } from "./words.ts";

/** The realms that are followed: how old, how trusted, how the last sync went; and how to change them. */
export function realmsPage(shell: Shell, { realms }: RealmsView): string {
  const followed = realms.filter(({ type }) => type !== "local");
  const main = html`<div class="head"><div class="head-row"><h1>Realms</h1><button type="button" class="primary" data-opens="add">Add a realm…</button></div></div>
<div id="realms" data-live="realm" class="stack">
${followed.length === 0 ? noRealms : null}
<ul class="list">${realms.map((realm) => html`<li>${realmItem(shell, realm)}</li>`)}</ul>
</div>
${addRealm()}`;
  return toDocument(shell, { title: "Realms", main });
}

const noRealms = empty(
  "No realm is followed",
  "A realm is a folder of katas on some server. Add one by its address; nothing of it is installed without your approval.",
);

function realmItem({ now }: Shell, realm: RealmView): Html {
  const { id, name, type, failure } = realm;
  return html`<section class="item" aria-labelledby="realm-${id}">
<div class="head-row"><h2 id="realm-${id}">${name} <span class="muted mono">${id}</span></h2><span class="row">${statusMark(realm)}${markOf(sayTrust(realm))}</span></div>
<p class="muted">${sayTrust(realm).sentence}</p>
${failure === null ? null : failureNote(realm, failure, now)}
${realm.isSyncing ? progressOf(realm) : null}
<p>${join([`${count(realm.katas, "kata")} in ${count(realm.versions, "version")}`, ...ages(realm, now)], " · ")}</p>
${type === "local" ? null : html`${more(realm)}${actions(realm)}`}
</section>`;
}

/** A part that is read again by itself: nothing else on the page moves while the numbers do. */
function progressOf({ id, progress }: RealmView): Html {
  const known = progress !== null && progress.of !== null;
  return html`<div id="progress-${id}" data-live="progress"><label class="field"><span>Syncing: ${sayProgress(progress)}</span>${known ? html`<progress value="${progress.done}" max="${progress.of}"></progress>` : html`<progress></progress>`}</label></div>`;
}

function statusMark({ enabled, isSyncing, failure, type, lastSyncedAt }: RealmView): Html | null {
  if (!enabled) return mark("disabled", "plain");
  if (isSyncing) return mark("syncing", "plain");
  if (failure !== null) return mark(lastSyncedAt === null ? "cannot be read" : "old", "bad");
  return type === "local" || lastSyncedAt === null ? null : mark("in sync", "good");
}

/** What went wrong, and what that means for what is on screen. */
function failureNote(
  { lastSyncedAt, lastAttemptAt }: RealmView,
  { code, message }: NonNullable<RealmView["failure"]>,
  now: number,
): Html {
  const meaning =
    lastSyncedAt === null
      ? "So nothing of it can be found yet."
      : html`What is shown is from ${age(lastSyncedAt, now)}.`;
  return html`<p class="note bad">The last sync${lastAttemptAt === null ? null : html`, ${age(lastAttemptAt, now)},`} failed: ${message} <code>${code}</code> ${meaning}</p>`;
}

function ages({ lastSyncedAt, type }: RealmView, now: number): Content[] {
  if (type === "local") return [];
  return [lastSyncedAt === null ? "never synced" : html`<span>synced ${age(lastSyncedAt, now)}</span>`];
}

function more(realm: RealmView): Html {
  const { url, mirrors, names, signedUntil } = realm;
  return html`<details><summary>Address and key<span class="sr"> of ${realm.name}</span></summary>
${facts([
  ["Address", url === null ? null : html`<code>${url}</code>`],
  ["Mirrors", mirrors.length === 0 ? null : html`<code>${mirrors.join(", ")}</code>`],
  ["Key fingerprint", realm.fingerprint === null ? null : fingerprint(realm.fingerprint)],
  ["Signed until", signedUntil === null ? null : moment(signedUntil)],
  ["Names kept for it", names.length === 0 ? null : html`<code>${names.join(", ")}</code>`],
  ["Synced", strategies[realm.cacheStrategy]],
  ["Set in", realm.origin === "config" ? html`<code>~/.ronin/config.json</code>` : "this page"],
])}</details>`;
}

const strategies: Record<RealmView["cacheStrategy"], string> = {
  lazy: "daily, and before a search when it is old",
  eager: "daily",
  none: "before every search",
};

function actions(realm: RealmView): Html {
  const { id, name, enabled, isSyncing, origin } = realm;
  return html`<div class="buttons">
${enabled && !isSyncing ? plainAction(realm, "sync", "Sync now") : null}
${
  origin === "config"
    ? null
    : html`
${enabled ? plainAction(realm, "disable", "Disable") : plainAction(realm, "enable", "Enable")}
${confirmedAction(realm, "remove", "Remove", `Remove ${name}?`, "It is no longer followed, and its katas are no longer found. What is installed stays.")}`
}
${confirmedAction(realm, "reset", "Reset", `Forget what is known of ${name}?`, "Its remembered key and versions are dropped, and the next sync meets it as if for the first time. Do this only when its publisher has told you that the key was replaced.")}
<span role="alert" data-alert="${id}"></span></div>`;
}

function plainAction({ id, name }: RealmView, action: "sync" | "enable" | "disable", label: string): Html {
  const says = action === "sync" ? `Syncing ${name}.` : `${name}: ${action}d.`;
  return html`<form data-posts="${addresses.realmAction(id, action)}" data-then="refresh" data-says="${says}" data-alerts="${id}"><button id="${action}-${id}">${label}<span class="sr"> ${name}</span></button></form>`;
}

function confirmedAction(
  { id, name }: RealmView,
  action: "reset" | "remove",
  label: string,
  question: string,
  meaning: string,
): Html {
  const dialog = `${action}-${id}`;
  return html`<button type="button" class="quiet" id="open-${dialog}" data-opens="${dialog}">${label}…<span class="sr"> ${name}</span></button>
<dialog id="${dialog}" aria-labelledby="${dialog}-title"><form class="stack" data-posts="${addresses.realmAction(id, action)}" data-then="refresh" data-says="${label}: done.">
<h2 class="question" id="${dialog}-title" tabindex="-1" autofocus>${question}</h2><p>${meaning}</p><p role="alert"></p>
<div class="buttons"><button class="danger">${label}</button><button type="button" data-closes>Cancel</button></div></form></dialog>`;
}
