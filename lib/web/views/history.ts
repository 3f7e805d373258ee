import type { HistoryEntry, HistoryFilter, HistoryView, Shell } from "../view-models.ts";
import { addresses } from "./addresses.ts";
import { age, empty, markOf, realmLine } from "./bits.ts";
import { option, realmOption } from "./browse.ts";
import { type Html, html } from "./html.ts";
import { receiptList } from "./receipts.ts";
import { toDocument } from "./shell.ts";
import { count, sayState } from "./words.ts";

/** Every request with what became of it, and the receipts. */
export function historyPage(shell: Shell, view: HistoryView): string {
  const main = html`<div class="head"><h1>History</h1></div>
${filterForm(view)}
<div id="entries" class="stack" data-live="proposal">${entries(shell, view)}</div>`;
  return toDocument(shell, { title: "History", main });
}

const outcomes: ReadonlyArray<readonly [HistoryFilter["outcome"], string]> = [
  ["all", "everything"],
  ["pending", "waiting"],
  ["installed", "installed"],
  ["failed", "failed"],
  ["rejected", "rejected or expired"],
];

function filterForm({ filter, realms }: HistoryView): Html {
  return html`<form class="form-grid search" role="search" method="get" action="${addresses.history}" data-swaps="entries" data-as-typed>
<label class="field"><span>Name</span><input type="search" name="text" value="${filter.text}" maxlength="200" autocomplete="off" spellcheck="false"></label>
<label class="field"><span>Realm</span><select name="realm"><option value="">all realms</option>${realms.map((realm) => realmOption(realm, filter))}</select></label>
<label class="field"><span>Outcome</span><select name="outcome">${outcomes.map(([value, label]) => option(value, label, filter.outcome))}</select></label>
<noscript><button>Show</button></noscript>
</form>`;
}

function entries(shell: Shell, { entries: shown, hasMore, filter }: HistoryView): Html {
  const query = new URLSearchParams({
    text: filter.text,
    realm: filter.realm ?? "",
    outcome: filter.outcome,
  });
  if (shown.length === 0) return isFiltered(filter) ? nothingFits : nothingYet;
  return html`<div class="head-row"><p class="muted" data-said>${hasMore ? `The newest ${shown.length}` : count(shown.length, "request")}</p>
<a href="${addresses.historyFile(query.toString())}" download="dojo-history.json">Export as JSON</a></div>
<ul class="list">${shown.map((entry) => html`<li>${entryItem(shell, entry)}</li>`)}</ul>`;
}

function isFiltered({ text, realm, outcome }: HistoryFilter): boolean {
  return text !== "" || realm !== null || outcome !== "all";
}

const nothingFits = empty(
  "Nothing fits this filter",
  html`<a href="${addresses.history}">Show everything</a>`,
);
const nothingYet = empty("Nothing happened yet", "Each request is kept here with its decision and receipts.");

function entryItem({ now }: Shell, { proposal, receipts }: HistoryEntry): Html {
  const { id, kataName, kataVersion, realm, state, requestedAt, intent } = proposal;
  return html`<article class="item">
<div class="head-row"><h2><a href="${addresses.proposal(id)}">${kataName}</a> <span class="muted">${kataVersion}</span></h2>${markOf(sayState(state))}</div>
${state.kind === "failed" ? html`<p class="bad">${state.problem.message} <code>${state.problem.code}</code></p>` : null}
${state.kind === "rejected" ? html`<p>Reason: ${state.reason}</p>` : null}
<p class="row muted"><span>${realmLine(realm)}</span><span>asked ${age(requestedAt, now)}</span>${decidedBy(proposal)}</p>
${intent === null ? null : html`<p class="muted">“${intent}”</p>`}
${receipts.length === 0 ? null : receiptList(receipts)}
</article>`;
}

function decidedBy({ state }: HistoryEntry["proposal"]): Html | null {
  if ((state.kind !== "installed" && state.kind !== "failed") || state.by === null) return null;
  return html`<span>approved by ${state.by}</span>`;
}
