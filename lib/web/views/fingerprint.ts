import { type Html, html } from "./html.ts";

/** 64 hex digits in groups of four: how people compare them. The groups are one text when copied. */
export function fingerprint(digits: string): Html {
  const groups = digits.match(/.{1,4}/g) ?? [];
  return html`<code class="fingerprint">${groups.map((group) => html`<span>${group}</span>`)}</code>`;
}
