import type {
  BrowseView,
  HistoryView,
  InstalledKataView,
  InstalledView,
  KataView,
  Problem,
  ProposalsView,
  ProposalView,
  RealmsView,
} from "../desk/shown.ts";

export type * from "../desk/shown.ts";

/** What every page has around it. */
export interface Shell {
  section: "proposals" | "browse" | "installed" | "realms" | "history";
  roninVersion: string;
  packVersion: string;
  /** Proposals that wait for a decision. */
  pending: number;
  /** The time of this rendering, for ages; milliseconds since 1970. */
  now: number;
  /** Under `event` approvals anybody who reaches the port can approve; the page says so. */
  approvals: "confirmed" | "event";
  /** Only the `<main>` element is wanted, from the query `part=1` of any page: what the script swaps in. */
  isPart: boolean;
  /** Inlined as they are: the policy names their hashes, so that nothing else runs. */
  assets: Assets;
}

/** The text of the one style and the one script. `lib/web/assets/assets.ts` exports `loadAssets(): Promise<Assets>`. */
export interface Assets {
  style: string;
  script: string;
}

/** A page that stands alone: without login, or when nothing can be read. */
export interface Notice {
  kind: "login_needed" | "wrong_token" | "too_many_tries" | "host_refused" | "locked" | "not_found" | "error";
  /** A sentence; without secrets. */
  message: string;
}

type Html = string | Promise<string>;

/**
 * Every view as a function of plain data, to a whole document. `lib/web/views/views.ts` exports
 * `views: Views`. `notice` has no shell, since it may be shown to anybody.
 */
export interface Views {
  proposals(shell: Shell, view: ProposalsView): Html;
  proposal(shell: Shell, view: ProposalView): Html;
  browse(shell: Shell, view: BrowseView): Html;
  kata(shell: Shell, view: KataView): Html;
  installed(shell: Shell, view: InstalledView): Html;
  installedKata(shell: Shell, view: InstalledKataView): Html;
  realms(shell: Shell, view: RealmsView): Html;
  history(shell: Shell, view: HistoryView): Html;
  notice(assets: Assets, notice: Notice): Html;
}

/** What a JSON route answers with instead of data. */
export interface ApiError {
  error: Problem;
}

/**
 * The addresses, for links, forms and the script. Query parameters of pages stay the same as those of their
 * JSON routes.
 *
 * Pages: `/dojo` proposals · `/dojo/proposals/<id>?version=v2` · `/dojo/browse?text=&realm=&tag=&complexity=&hasSkills=1`
 * · `/dojo/katas/<realm>/<name>?version=v2` · `/dojo/installed` · `/dojo/installed/<name>/<version>` · `/dojo/realms` · `/dojo/history?text=&realm=&outcome=`
 *
 * Reading, `GET`: `/dojo/api/proposals` ProposalsView · `/dojo/api/proposals/<id>?version=` ProposalView ·
 * `/dojo/api/search?…` BrowseView · `/dojo/api/katas/<realm>/<name>?version=` KataView ·
 * `/dojo/api/installed` InstalledView · `/dojo/api/installed/<name>/<version>` InstalledKataView (`/contract` below it:
 * the contract as a file) · `/dojo/api/realms` RealmsView · `/dojo/api/history?…` HistoryView (`&download=1` as a file) ·
 * `/dojo/api/history/<id>` HistoryEntry · `/dojo/api/receipts` ReceiptsView · `/dojo/api/status` StatusView ·
 * `/dojo/api/lock` KataLock · `/dojo/api/action` `{token}`: drawn before each change, good for one · `/dojo/api/live`
 * the stream
 *
 * Changing, `POST` of `application/json` with the header `x-action: <token>`; a status other than 2xx comes with
 * an {@link ApiError}:
 * `/dojo/api/proposals/<id>/approve` {@link ApproveBody} → 202 `{}` · `/dojo/api/proposals/<id>/reject`
 * {@link RejectBody} → 202 `{}` · `/dojo/api/katas/<realm>/<name>/install` `{version?}` → 201 `{proposalId}` ·
 * `/dojo/api/installed/<name>/updates/pin | unpin` `{}`, `…/skip | unskip` `{version}`, `…/wait` `{days}` → 200 `{}` ·
 * `/dojo/api/installed/<name>/<version>/uninstall` `{}` → 200 `{}` · `/dojo/api/restore` `{}` → 200 `{}` ·
 * `/dojo/api/realms/preview` {@link PreviewBody} → RealmPreview · `/dojo/api/realms` `{ticket, fingerprint}`
 * (`fingerprint` null for an unsigned one) → 201 `{id}` · `/dojo/api/realms/<id>/enable | disable | reset |
 * remove | sync` `{}` → 200 `{}` (sync: 202, its end comes on the stream) · `/dojo/api/lock` a KataLock → LockView,
 * which changes nothing
 */
export interface ApproveBody {
  version: string;
  /** The plan hash as it was shown: what is approved is what was seen. */
  planHash: string;
  acceptOtherCompiler?: boolean;
  acceptStale?: boolean;
  /** The name for the records. Default: the user that Ronin runs as. */
  by?: string;
}

export interface RejectBody {
  reason: string;
  by?: string;
}

export interface PreviewBody {
  id: string;
  name?: string;
  url: string;
  /** The root that the publisher gave out; without it plain http is for this machine only. */
  fingerprint?: string;
}
