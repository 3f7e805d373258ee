import type { Assets, Notice, Shell } from "../../lib/web/view-models.ts";
import { views } from "../../lib/web/views/views.ts";
import { withText } from "./views-hostile.ts";
import {
  decided,
  sampleBrowse,
  sampleCreation,
  sampleHistory,
  sampleInstalled,
  sampleInstalledEntry,
  sampleInstalledView,
  sampleKata,
  sampleProposal,
  sampleProposals,
  sampleRealms,
  sampleReceipt,
  sampleVersion,
} from "./views-samples.ts";

/** Each view in each of its states, by the name of the situation. `text` replaces every free text. */
export async function renderAll(shell: Shell, text?: string): Promise<Map<string, string>> {
  const take = <T>(data: T): T => (text === undefined ? data : withText(data, text));
  const installed: Shell = { ...shell, section: "installed" };
  const browse: Shell = { ...shell, section: "browse" };
  const pages: Array<[string, string | Promise<string>]> = [
    ["proposals", views.proposals(shell, take(sampleProposals))],
    ["no proposals", views.proposals(shell, { pending: [], recent: [] })],
    ["a proposal", views.proposal(shell, take(sampleProposal()))],
    ...decided.map((proposal): [string, string | Promise<string>] => [
      `a proposal: ${proposal.state.kind}`,
      views.proposal(
        shell,
        take(sampleProposal({ proposal, versions: [sampleVersion()], receipts: [sampleReceipt] })),
      ),
    ]),
    ["a proposal of which nothing is left", views.proposal(shell, take(sampleProposal({ versions: [] })))],
    ["a new kata", views.proposal(shell, take(sampleCreation))],
    ["search results", views.browse(browse, take(sampleBrowse))],
    ["no search results", views.browse(browse, take({ ...sampleBrowse, results: [] }))],
    ["nothing synced", views.browse(browse, take({ ...sampleBrowse, results: [], indexedVersions: 0 }))],
    ["a kata", views.kata(browse, take(sampleKata))],
    ["a kata that is proposed", views.kata(browse, take({ ...sampleKata, pendingProposalId: "38531f0a" }))],
    ["installed", views.installed(installed, take(sampleInstalled))],
    ["nothing installed", views.installed(installed, { katas: [], isIdle: true })],
    ["an installed kata", views.installedKata(installed, take(sampleInstalledView()))],
    ...(["altered", "lost", "removed"] as const).map((standing): [string, string | Promise<string>] => [
      `an installed kata: ${standing}`,
      views.installedKata(
        installed,
        take(
          sampleInstalledView({
            kata: sampleInstalledEntry({ standing, update: null }),
            removed: standing === "removed" ? { at: shell.now - 1000, by: "mira" } : null,
          }),
        ),
      ),
    ]),
    ["realms", views.realms({ ...shell, section: "realms" }, take(sampleRealms))],
    ["no realms", views.realms({ ...shell, section: "realms" }, { realms: [] })],
    ["history", views.history({ ...shell, section: "history" }, take(sampleHistory))],
    ["no history", views.history({ ...shell, section: "history" }, take({ ...sampleHistory, entries: [] }))],
    ...noticeKinds.map((kind): [string, string | Promise<string>] => [
      `notice: ${kind}`,
      views.notice(shell.assets, take({ kind, message: "The database is locked by another program." })),
    ]),
  ];
  return new Map(await Promise.all(pages.map(async ([name, html]) => [name, await html] as const)));
}

const noticeKinds: Array<Notice["kind"]> = [
  "login_needed",
  "wrong_token",
  "too_many_tries",
  "host_refused",
  "locked",
  "not_found",
  "error",
];

/** A shell without style and script, for tests that look at the rest. */
export const noAssets: Assets = { style: "", script: "" };
