import type { ProposalSummary, ProposalsView, Shell } from "../view-models.ts";
import { addresses } from "./addresses.ts";
import { age, empty, mark, markOf, realmWithTrust } from "./bits.ts";
import { type Html, html } from "./html.ts";
import { toDocument } from "./shell.ts";
import { count, sayState } from "./words.ts";

/** What waits for a decision, and what was decided lately. */
export function proposalsPage(shell: Shell, { pending, recent }: ProposalsView): string {
  const main = html`<div class="head"><h1>Proposals</h1></div>
<div class="stack" id="proposals" data-live="proposal">
${pending.length === 0 ? nothingWaits : html`<h2>Waiting for your decision</h2><ul class="stack">${pending.map((one) => html`<li>${item(shell, one)}</li>`)}</ul>`}
${recent.length === 0 ? null : html`<h2 class="later">Decided lately</h2><ul class="list">${recent.map((one) => html`<li>${decidedItem(shell, one)}</li>`)}</ul>`}
</div>`;
  return toDocument(shell, { title: "Proposals", main });
}

const nothingWaits = empty(
  "Nothing waits for you",
  "When an agent lacks a capability and a realm has a kata for it, the proposal appears here by itself.",
  html`Looking for something? <a href="${addresses.browse}">Browse the realms</a>.`,
);

function item({ now }: Shell, proposal: ProposalSummary): Html {
  const { id, kind, kataName, kataVersion, realm, intent, versions } = proposal;
  return html`<article class="item panel">
${intent === null ? null : html`<p class="eyebrow">“${intent}”</p>`}
<div class="head-row"><h3><a class="item-link" href="${addresses.proposal(id)}">${kataName}</a> <span class="muted">${kataVersion}</span></h3>${kind === "create" ? mark("new kata", "warn") : html`<span>${realmWithTrust(realm)}</span>`}</div>
${proposal.description === null ? null : html`<p>${proposal.description}</p>`}
<p class="row muted">${versions.length > 1 ? html`<span>${count(versions.length, "version")} to choose from</span>` : null}
${proposal.complexity === null ? null : html`<span>${proposal.complexity}</span>`}
<span>asked ${age(proposal.requestedAt, now)}</span><span>ends ${age(proposal.expiresAt, now)}</span></p>
</article>`;
}

function decidedItem(
  { now }: Shell,
  { id, kataName, kataVersion, state, requestedAt }: ProposalSummary,
): Html {
  return html`<article class="item item-line"><h3><a class="item-link" href="${addresses.proposal(id)}">${kataName}</a> <span class="muted">${kataVersion}</span></h3>
<span class="muted">asked ${age(requestedAt, now)}</span>${markOf(sayState(state))}</article>`;
}
