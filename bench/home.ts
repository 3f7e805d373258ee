import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type EmbeddedHost, startHost } from "ronin-plugin-api";
import { createBus } from "../lib/bus.ts";
import { systemClock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { openRegistry } from "../lib/registry/open.ts";
import type { RealmsRegistry } from "../lib/registry/registry.ts";
import type { SyncedRealm } from "../lib/sync/job.ts";
import { createChildRunner } from "../lib/sync/spawn-child.ts";
import { createRealmSyncer } from "../lib/sync/syncer.ts";

/** A host with its database file, the registry beside it and the syncer, as the pack's runtime wires them. */
export interface Home extends AsyncDisposable {
  host: EmbeddedHost;
  registry: RealmsRegistry;
  indexPath: string;
  recordsPath: string;
  /** One sync in the pack's child process. @throws when the realm was not synced */
  sync(): Promise<SyncedRealm>;
}

export const REALM_ID = "bench";
export const silentLog: Log = { info() {}, warn() {}, error() {} };

/** @param syncEntry the child's entry file, built as it is dropped into a host */
export async function openHome(folder: string, realmUrl: string, syncEntry: string): Promise<Home> {
  mkdirSync(folder, { recursive: true });
  const host = await startHost({ home: folder, http: false });
  const [recordsPath, indexPath] = [join(folder, "ronin.db"), join(folder, "ronin.realms-index.db")];
  const { registry, close } = openRegistry({ recordsPath, indexPath, readonlyIndex: true });
  registry.registerRealm({ id: REALM_ID, name: "Bench", type: "custom", url: realmUrl, enabled: true });
  const syncer = createRealmSyncer({
    registry,
    bus: createBus(host.api.events, silentLog),
    log: silentLog,
    clock: systemClock,
    owner: folder,
    credentials: () => undefined,
    runJob: createChildRunner({ entryPath: syncEntry, env: process.env }),
    indexPath,
    recordsPath,
    limits: { realmTimeoutMs: 15 * 60_000 },
  });
  return {
    host,
    registry,
    indexPath,
    recordsPath,
    async sync() {
      const [outcome] = (await syncer.sync([REALM_ID])).outcomes;
      if (outcome?.kind === "synced") return outcome;
      throw new Error(`The realm was not synced: ${outcome?.message ?? "another process is at it"}`);
    },
    async [Symbol.asyncDispose]() {
      syncer.stop();
      close();
      await host.stop();
    },
  };
}
