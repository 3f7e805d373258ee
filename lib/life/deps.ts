import type { Bus } from "../bus.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { KataInstallRequest } from "../model/install.ts";
import type { RealmsRegistry } from "../registry/registry.ts";

/** What watching over installed katas needs from around it. */
export interface LifeDeps {
  registry: RealmsRegistry;
  bus: Pick<Bus, "emit">;
  log: Log;
  clock: Clock;
  /** Opens, or shows again, the request for one version. */
  propose: (kata: { realm: string; name: string; version: string }) => Promise<KataInstallRequest>;
  /** The unverified bytes of a source. */
  fetchSource: (realmId: string, hash: string, signal: AbortSignal) => Promise<Uint8Array>;
}
