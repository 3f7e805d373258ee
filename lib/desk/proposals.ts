import { RealmsError, RegistryBusyError } from "../errors.ts";
import { compileSource } from "../install/compile.ts";
import { offerOf } from "../install/vouched.ts";
import type { KataInstallRequest } from "../model/install.ts";
import { byVersionDescending, type RealmKataMetadata } from "../model/kata.ts";
import { describeCompiled } from "../trust/describe.ts";
import { verifySource } from "../trust/source.ts";
import { type ContentDeps, readContent } from "./content.ts";
import type { DeskDeps } from "./deps.ts";
import { readMarks } from "./marks.ts";
import { patiently } from "./patience.ts";
import type { ProposalsView, ProposalView, VersionView } from "./shown.ts";
import { toReceiptView, toSummary } from "./summaries.ts";
import { readInstalledVersions, readVersionView, type VersionDeps } from "./versions.ts";

type ProposalDeps = ContentDeps & VersionDeps & Pick<DeskDeps, "propose">;

const MAX_RECENT = 20;
const MAX_SCANNED = 200;

/** What waits for a decision, and what was decided lately. @throws RegistryBusyError */
export function readProposals({ registry }: Pick<DeskDeps, "registry">): Promise<ProposalsView> {
  return patiently(() => {
    const markOf = readMarks(registry);
    const pending = registry.getPendingRequests();
    const decided = registry.getRequests({ limit: MAX_SCANNED }).filter(({ status }) => status !== "pending");
    return {
      pending: pending.map((request) => toSummary(registry, request, markOf)),
      recent: decided.slice(0, MAX_RECENT).map((request) => toSummary(registry, request, markOf)),
    };
  });
}

/**
 * One proposal with all versions that were offered and the contents of one of them.
 *
 * @param version whose contents; default: the request's own
 * @throws RegistryError `unknown_request`, `registry_busy`
 */
export async function readProposal(
  deps: ProposalDeps,
  id: string,
  version: string | undefined,
): Promise<ProposalView> {
  const { registry } = deps;
  const request = await showFirst(deps, await patiently(() => registry.getRequest(id)));
  const created = request.kind === "create" ? await describeCreation(deps, request) : undefined;
  const view = await patiently((): ProposalView => {
    const markOf = readMarks(registry);
    return {
      proposal: toSummary(registry, request, markOf),
      versions: readVersions(deps, request, created),
      selected: null,
      installedVersions: readInstalledVersions(registry, request.kataName),
      receipts: registry.getReceipts({ requestId: id }).map((receipt) => toReceiptView(receipt, markOf)),
    };
  });
  const selected =
    view.versions.find((one) => one.version === version) ??
    view.versions.find(({ isProposed }) => isProposed) ??
    view.versions[0];
  if (selected === undefined) return view;
  return { ...view, selected: await readSelected(deps, request, selected.version) };
}

/** A request that was opened without contents, as by the guide's own `requestInstall`, is given them now. */
async function showFirst(deps: ProposalDeps, request: KataInstallRequest): Promise<KataInstallRequest> {
  if (request.status !== "pending" || request.offers !== undefined || request.kind === "create") {
    return request;
  }
  const { fromRealm: realm, kataName: name, kataVersion: version } = request;
  try {
    return await deps.propose({ realm, name, version }, request.intent);
  } catch (error) {
    if (!(error instanceof RealmsError) || error instanceof RegistryBusyError) throw error;
    // Its realm is gone or no longer has it: what is shown says so.
    return request;
  }
}

function readVersions(
  deps: VersionDeps,
  request: KataInstallRequest,
  created: RealmKataMetadata | undefined,
): VersionView[] {
  const { kind, fromRealm, kataName, kataVersion, offers = [], status } = request;
  const offered = [...offers].sort(byVersionDescending);
  const isPending = status === "pending";
  const shown = isPending ? offered : offered.filter((offer) => offer.version === kataVersion);
  const read = (version: string, offer: (typeof offered)[number] | undefined): VersionView => {
    const isProposed = version === kataVersion;
    const view = readVersionView(deps, { kind, fromRealm, kataName, version, offer, isProposed, created });
    // What became of the index since does not concern what was decided.
    return isPending ? view : { ...view, problem: null };
  };
  if (shown.length === 0) return [read(kataVersion, undefined)];
  return shown.map((offer) => read(offer.version, offer));
}

/** A new kata has nobody's word for it but its source. Undefined when that is gone or no longer compiles. */
async function describeCreation(
  { registry, host }: ProposalDeps,
  request: KataInstallRequest,
): Promise<RealmKataMetadata | undefined> {
  const sourceHash = offerOf(request)?.sourceHash;
  const bytes = sourceHash && (await patiently(() => registry.findSource(sourceHash)));
  if (!sourceHash || !bytes) return undefined;
  try {
    const { text } = verifySource(bytes, sourceHash);
    return describeCompiled(compileSource(await host(), text), text);
  } catch (error) {
    if (!(error instanceof RealmsError)) throw error;
    // The version's contents say what is wrong with it.
    return undefined;
  }
}

async function readSelected(
  deps: ProposalDeps,
  { kind, fromRealm: realm, kataName: name, offers }: KataInstallRequest,
  version: string,
): Promise<ProposalView["selected"]> {
  const row =
    kind === "create" ? undefined : await patiently(() => deps.registry.findKata(realm, name, version));
  const offer = offers?.find((one) => one.version === version);
  const sourceHash = offer?.sourceHash ?? row?.sourceHash;
  // The index may say something else by now: what was offered is what is shown.
  const kata = row === undefined || sourceHash === undefined ? row : { ...row, sourceHash };
  return await readContent(deps, { realm, name, version, kata, sourceHash, isKept: offer !== undefined });
}
