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
${pending.length === 0 ? nothingWaits : html`<h2>Waiting for your decision</h2>${list(shell, pending)}`}
${recent.length === 0 ? null : html`<h2>Decided lately</h2>${list(shell, recent)}`}
</div>`;
  return toDocument(shell, { title: "Proposals", main });
}

const nothingWaits = empty(
  "Nothing waits for you",
  "When an agent lacks a capability and a realm has a kata for it, the proposal appears here by itself.",
  html`Looking for something? <a href="${addresses.browse}">Browse the realms</a>.`,
);

function list(shell: Shell, proposals: readonly ProposalSummary[]): Html {
  return html`<ul class="list">${proposals.map((one) => html`<li>${item(shell, one)}</li>`)}</ul>`;
}

function item({ now }: Shell, proposal: ProposalSummary): Html {
  const { id, kataName, kataVersion, realm, intent, state } = proposal;
  const isPending = state.kind === "pending";
  return html`<article class="item">
${intent === null ? null : html`<p class="eyebrow">“${intent}”</p>`}
<div class="head-row"><h3><a class="item-link mono" href="${addresses.proposal(id)}">${kataName}</a> <span class="muted">${kataVersion}</span></h3>${isPending ? newKata(proposal) : markOf(sayState(state))}</div>
${proposal.description === null ? null : html`<p>${proposal.description}</p>`}
<p class="row muted">${proposal.kind === "create" ? null : html`<span>${realmWithTrust(realm)}</span>`}
${isPending && proposal.versionCount > 1 ? html`<span>${count(proposal.versionCount, "version")} to choose from</span>` : null}
${proposal.complexity === null ? null : html`<span>${proposal.complexity}</span>`}
<span>asked ${age(proposal.requestedAt, now)}</span>
${isPending ? html`<span>ends ${age(proposal.expiresAt, now)}</span>` : null}</p>
</article>`;
}

function newKata({ kind }: ProposalSummary): Html | null {
  return kind === "create" ? mark("new kata", "plain") : null;
}
