import type { ProposalView, VersionContent, VersionView } from "../view-models.ts";
import { addresses } from "./addresses.ts";
import { type Html, html } from "./html.ts";
import { reachSayings, sayTrust } from "./words.ts";

/** The two answers, always in sight, and the dialog behind each. Nothing is sent before the second button. */
export function decision(view: ProposalView, version: VersionView, content: VersionContent | null): Html {
  const { proposal } = view;
  const verb = proposal.kind === "create" ? "Create" : "Install";
  const canApprove = version.isCompatible && version.hashes?.plan != null && content?.compiled !== "differs";
  return html`<div class="actions">
<p>${canApprove ? html`<span class="muted">${verb}</span> <code>${version.qualifiedName}</code>` : html`<span class="warn">${version.version} cannot be installed here.</span>`}</p>
<button type="button" data-opens="reject">Reject…</button>
${canApprove ? html`<button type="button" class="primary" data-opens="approve">Approve ${version.version}…</button>` : null}
</div>
${canApprove ? approveDialog(view, version, content) : null}
${rejectDialog(view)}`;
}

function approveDialog(
  { proposal }: ProposalView,
  version: VersionView,
  content: VersionContent | null,
): Html {
  const isCreation = proposal.kind === "create";
  const trust = sayTrust(proposal.realm);
  const others = version.plan.filter(
    ({ qualifiedName, isInstalled }) => qualifiedName !== version.qualifiedName && !isInstalled,
  );
  const reaches = [...new Set(version.skills.flatMap(({ reach }) => reach ?? []))];
  return html`<dialog id="approve" aria-labelledby="approve-title">
<form class="stack" data-posts="${addresses.proposalAction(proposal.id, "approve")}" data-then="reload" data-says="Approved. Ronin installs it now.">
<h2 class="question" id="approve-title" tabindex="-1" autofocus>${isCreation ? "Create" : "Install"} <code>${version.qualifiedName}</code>?</h2>
${others.length === 0 ? null : html`<div><p>This comes with it:</p><ul>${others.map(({ qualifiedName }) => html`<li><code>${qualifiedName}</code></li>`)}</ul></div>`}
<p>${reaches.length === 0 ? "It uses no shell, file or network skill." : html`It ${sayReaches(reaches)}.`}</p>
<p>${isCreation ? "No realm stands behind it: it was written for this need." : html`From ${proposal.realm.name}, ${trust.word}. ${trust.sentence}`}</p>
<input type="hidden" name="version" value="${version.version}">
<input type="hidden" name="planHash" value="${version.hashes?.plan ?? ""}">
${content?.compiled === "other_compiler" ? otherCompiler(version) : null}
<p role="alert"></p>
<div class="buttons"><button class="primary">Approve ${version.version}</button><button type="button" data-closes>Cancel</button></div>
</form></dialog>`;
}

function sayReaches(reaches: ReadonlyArray<keyof typeof reachSayings>): string {
  return reaches.map((reach) => reachSayings[reach].sentence.toLowerCase()).join(", ");
}

function otherCompiler({ compiledWith }: VersionView): Html {
  return html`<label class="check note warn"><input type="checkbox" name="acceptOtherCompiler" required>
<span>Its compiled form was made by ${compiledWith === null ? "another Ronin version" : html`Ronin ${compiledWith}`}, so it cannot be compared here. I accept what this Ronin compiles.</span></label>`;
}

function rejectDialog({ proposal }: ProposalView): Html {
  return html`<dialog id="reject" aria-labelledby="reject-title">
<form class="stack" data-posts="${addresses.proposalAction(proposal.id, "reject")}" data-then="reload" data-says="Rejected.">
<h2 class="question" id="reject-title" tabindex="-1" autofocus>Reject <code>${proposal.kataName}</code>?</h2>
<label class="field"><span>Reason, kept in the history</span><textarea name="reason" rows="3" maxlength="280" required></textarea></label>
<p role="alert"></p>
<div class="buttons"><button class="danger">Reject</button><button type="button" data-closes>Cancel</button></div>
</form></dialog>`;
}
