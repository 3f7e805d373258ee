import type { RealmMark } from "../view-models.ts";
import { type Content, type Html, html } from "./html.ts";
import { type Saying, sayTrust, type Tone, toAge } from "./words.ts";

/** A word in a frame. Its meaning never hangs on the colour alone. */
export function mark(word: Content, tone: Tone): Html {
  return html`<span class="mark ${tone}">${word}</span>`;
}

export function markOf({ word, tone }: Saying): Html {
  return mark(word, tone);
}

/** The realm's name, its kind and what stands behind it, on one line. */
export function realmLine(realm: RealmMark): Html {
  const kind = realm.type === "local" ? "" : `, ${realm.type}`;
  return html`<span>${realm.name} <span class="muted">(${realm.id}${kind})</span></span>`;
}

/** {@link realmLine} and the mark of its trust. */
export function realmWithTrust(realm: RealmMark): Html {
  return html`${realmLine(realm)} ${markOf(sayTrust(realm))}`;
}

export function tagList(tags: readonly string[]): Html | null {
  if (tags.length === 0) return null;
  return html`<span class="row">${tags.map((tag) => html`<span class="tag">${tag}</span>`)}</span>`;
}

/** A day, for what was released. */
export function day(at: number): Html {
  const iso = new Date(at).toISOString().slice(0, 10);
  return html`<time datetime="${iso}">${iso}</time>`;
}

/** An age that tells the exact moment when asked. */
export function age(at: number, now: number): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}" title="${iso}">${toAge(at, now)}</time>`;
}

export function moment(at: number): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace("T", " ")} UTC</time>`;
}

/** Names and values; what has no value is left out. */
export function facts(rows: ReadonlyArray<readonly [string, Content]>): Html {
  const known = rows.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return html`<dl class="facts">${known.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

/** What is shown in place of a list that is empty. */
export function empty(heading: string, ...paragraphs: Content[]): Html {
  return html`<div class="empty"><h2>${heading}</h2>${paragraphs.map((text) => html`<p>${text}</p>`)}</div>`;
}
