import type { ProposalSummary, ProposalView, Shell } from "../view-models.ts";
import { addresses } from "./addresses.ts";
import { age, empty, mark, markOf, realmWithTrust } from "./bits.ts";
import { chosenSections } from "./chosen.ts";
import { decision } from "./decision.ts";
import { type Html, html } from "./html.ts";
import { receiptList } from "./receipts.ts";
import { toDocument } from "./shell.ts";
import { versionList } from "./versions.ts";
import { sayState, sayTrust } from "./words.ts";

/** One proposal: what it is, who stands behind it, what it can do, what changed; and the decision. */
export function proposalPage(shell: Shell, view: ProposalView): string {
  const { proposal, versions, selected, installedVersions } = view;
  const shown = versions.find(({ version }) => version === selected?.version) ?? versions[0];
  const installed = versions.find(({ version }) => version === installedVersions[0]);
  const isPending = proposal.state.kind === "pending";
  const main = html`${head(shell, view)}
<div id="state" class="stack" data-live="proposal">${stateNote(view)}</div>
${
  shown === undefined
    ? empty("Nothing is known of it any more", "Its realm no longer lists this kata.")
    : html`<div class="decide">
${versionList(addresses.proposal(proposal.id), versions, shown.version)}
<div class="chosen" id="chosen" data-live="proposal" tabindex="-1" role="region" aria-label="The chosen version">
${chosenSections({ version: shown, content: selected, installed, isCreation: proposal.kind === "create" })}
${isPending ? decision(view, shown, selected) : null}
</div></div>`
}`;
  return toDocument(shell, { title: proposal.kataName, main });
}

function head({ now }: Shell, { proposal, installedVersions }: ProposalView): Html {
  const { realm, intent, kind, requestedAt } = proposal;
  const trust = sayTrust(realm);
  const have =
    installedVersions.length === 0 ? null : mark(`you have ${installedVersions.join(", ")}`, "good");
  return html`<div class="head">
${intent === null ? html`<p class="eyebrow">Asked for by name, ${age(requestedAt, now)}</p>` : html`<p class="eyebrow">Needed, ${age(requestedAt, now)}: “${intent}”</p>`}
<h1>${proposal.kataName}</h1>
${
  kind === "create"
    ? html`<p class="row"><span class="mark warn">new kata</span> <span>No realm has one for this need, so it was written for it. Nobody stands behind it but its text below.</span></p>`
    : html`<p class="row"><span>${realmWithTrust(realm)}</span> <span class="muted">${trust.sentence}</span> ${have}</p>`
}
</div>`;
}

/** What became of it. While it waits, the page itself says so. */
function stateNote({ proposal, receipts }: ProposalView): Html | null {
  const { state } = proposal;
  if (state.kind === "pending") return null;
  const saying = sayState(state);
  const tone = saying.tone === "plain" ? "" : saying.tone;
  return html`<div class="note ${tone}" role="group" aria-label="State"><p>${markOf(saying)} ${saying.sentence} ${stateDetail(proposal)}</p></div>
${receipts.length === 0 ? null : receiptList(receipts)}`;
}

function stateDetail({ state, kataName, kataVersion }: ProposalSummary): Html | string | null {
  switch (state.kind) {
    case "installed":
      return html`${state.by === null ? null : `Approved by ${state.by}.`} <a href="${addresses.installedKata(kataName, kataVersion)}">See it among what is installed</a>`;
    case "failed":
      return html`${state.problem.message} <code>${state.problem.code}</code> Nothing was registered after the step that failed. Ask for the kata again to try once more.`;
    case "rejected":
      return state.reason === "superseded"
        ? "Its contents changed before anybody decided, and a new proposal took its place."
        : html`Reason: ${state.reason}`;
    default:
      return null;
  }
}
