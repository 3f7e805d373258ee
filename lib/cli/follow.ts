import { RegistryBusyError } from "../errors.ts";
import type { KataInstallRequest } from "../model/install.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import type { Surroundings } from "./surroundings.ts";

const POLL_MS = 200;
/** A host that takes a decision does so in its next turn; the rest is for one that is busy. */
export const TAKE_TIMEOUT_MS = 15_000;
export const INSTALL_TIMEOUT_MS = 60_000;

/** How far a decision has come, as the request's row tells. */
export type Progress =
  | "installed"
  | "failed"
  | "rejected"
  /** What is offered is no longer what the decision was about. */
  | "changed"
  /** Nobody took it. */
  | "not_taken"
  /** It was taken, and the host is still at it. */
  | "installing"
  | "interrupted";

export interface FollowDeps {
  registry: Pick<RealmsRegistry, "getRequest">;
  around: Pick<Surroundings, "clock" | "wait" | "signal">;
}

/**
 * Watches the request's row until the decision has its outcome, or for as long as it is worth waiting. That the
 * host answered says nothing; it answers before anyone has looked at what was posted.
 *
 * @param decided the request as the person saw it
 * @throws RegistryError `unknown_request`
 */
export async function followRequest(
  { registry, around }: FollowDeps,
  decided: KataInstallRequest,
): Promise<{ progress: Progress; request: KataInstallRequest }> {
  const startedAt = around.clock.now();
  let request = decided;
  for (;;) {
    request = readNews(registry, request);
    const progress = judge(request, decided, around.clock.now() - startedAt);
    if (progress !== undefined) return { progress, request };
    if (around.signal.aborted) return { progress: "interrupted", request };
    await around.wait(POLL_MS, around.signal);
  }
}

/** While the host writes, its file is locked: the row as it was known stands until the next look. */
function readNews(registry: FollowDeps["registry"], known: KataInstallRequest): KataInstallRequest {
  try {
    return registry.getRequest(known.id);
  } catch (error) {
    if (error instanceof RegistryBusyError) return known;
    throw error;
  }
}

function judge(
  request: KataInstallRequest,
  decided: KataInstallRequest,
  waitedMs: number,
): Progress | undefined {
  if (request.status === "rejected") return "rejected";
  if (request.status === "pending") {
    if (JSON.stringify(request.offers) !== JSON.stringify(decided.offers)) return "changed";
    return waitedMs >= TAKE_TIMEOUT_MS ? "not_taken" : undefined;
  }
  if (request.installState === "installed" || request.installState === "failed") return request.installState;
  return waitedMs >= INSTALL_TIMEOUT_MS ? "installing" : undefined;
}
