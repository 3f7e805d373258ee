import { messageOf } from "../errors.ts";
import type { KataInstallRequest } from "../model/install.ts";
import { retryBusy } from "../registry/retry.ts";
import type { InstallDeps } from "./deps.ts";
import { reportFailed, reportInstalled } from "./report.ts";

type AnnounceDeps = Pick<InstallDeps, "registry" | "bus" | "log" | "host" | "proposeAgain">;

/**
 * Says how an install ended whose process died between the commit and the event. An event and a commit cannot be
 * one step, so whoever counts installs counts receipt ids: killed right behind the event, it is said once more.
 * Never rejects.
 */
export async function announceEnd(deps: AnnounceDeps, request: KataInstallRequest): Promise<void> {
  try {
    if (request.installState === "installed") await announceInstalled(deps, request);
    else await announceFailed(deps, request);
    await noteAnnounced(deps, request.id);
  } catch (error) {
    deps.log.error(`the end of ${request.id} could not be said: ${messageOf(error)}`);
  }
}

async function announceInstalled(deps: AnnounceDeps, request: KataInstallRequest): Promise<void> {
  const { registry, log } = deps;
  const { id, kataName, kataVersion } = request;
  const [receipt] = await retryBusy(() => registry.getReceipts({ requestId: id, kataName, kataVersion }));
  const onHost = await retryBusy(() => registry.findHostKata(kataName, kataVersion));
  if (receipt === undefined || onHost === undefined) {
    // Not as this pack left it: somebody edited the database, and nothing is said for them.
    log.warn(`${id} is called installed and has no receipt or no kata`);
    return;
  }
  const isOurs = request.registering?.includes(`${kataName}@${kataVersion}`) === true;
  const phases = phasesOf(onHost.compiledGraph);
  await reportInstalled(deps, { request, receipt, phases, alreadyInstalled: !isOurs });
}

async function announceFailed(deps: AnnounceDeps, request: KataInstallRequest): Promise<void> {
  const { failureCode: code = "internal", failureMessage: message = "" } = request;
  reportFailed(deps, request.id, request, { code, message });
  if (code === "offer_changed" && request.kind !== "create") await deps.proposeAgain(request);
}

/** Notes it, so that no later start says it again. Never rejects: what was said was said. */
export async function noteAnnounced(
  { registry, log }: Pick<InstallDeps, "registry" | "log">,
  requestId: string,
): Promise<void> {
  await retryBusy(() => registry.noteAnnounced(requestId)).catch((error: unknown) =>
    log.warn(`the end of ${requestId} may be said again after a restart: ${messageOf(error)}`),
  );
}

function phasesOf(compiledGraph: string): string[] {
  const graph: unknown = JSON.parse(compiledGraph);
  return Object.keys(Object(Object(graph).phases));
}
