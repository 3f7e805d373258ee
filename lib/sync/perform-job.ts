import type { Clock } from "../clock.ts";
import type { RealmClient } from "../realm-client/client.ts";
import { keepMetadataOf, metadataDirFor } from "../realm-client/tuf-cache.ts";
import { openIndexWriter } from "../registry/open-index-writer.ts";
import { readHostKatas } from "../registry/read-host-katas.ts";
import type { RealmOutcome, RealmProgress, SyncJob } from "./job.ts";
import { syncLocalRealm } from "./local-realm.ts";
import { createMeter } from "./meter.ts";
import { openScratch } from "./scratch.ts";
import { createSignedClient } from "./signed-client.ts";
import { syncAll } from "./sync-all.ts";
import { syncRealm } from "./sync-realm.ts";

export interface PerformJobDeps {
  client: Pick<RealmClient, "fetchPointer" | "fetchPack" | "fetchBounded">;
  clock: Clock;
  /** Default: nobody is told. */
  onProgress?: (progress: RealmProgress) => void;
}

/**
 * Does a whole job: opens the index for writing, syncs the realms, closes the index. What the child runs, as a
 * function. The host's file is read for a local realm and never written.
 *
 * @throws when the index file cannot be opened or written at all; a realm's own failure is an outcome
 */
export async function performJob(
  job: SyncJob,
  onOutcome: (outcome: RealmOutcome) => void,
  { client, clock, onProgress = () => {} }: PerformJobDeps,
): Promise<void> {
  using scratch = openScratch(job.indexPath);
  const writer = openIndexWriter({ indexPath: job.indexPath, realms: job.realms, clock });
  let isInDoubt = true;
  try {
    const { registry } = writer;
    let hasMetDamage = false;
    const signed = createSignedClient({
      client,
      trust: job.trust ?? {},
      metadataDir: (realmId) => metadataDirFor(job.indexPath, realmId),
      now: clock.now(),
    });
    const deps = {
      registry,
      packs: writer.packs,
      client: signed,
      scratch,
      isReset: (realmId: string) => job.resetRealmIds?.includes(realmId) === true,
      checkpoint: writer.checkpoint,
      meterOf: (realmId: string) => createMeter(realmId, clock, onProgress),
      readHostKatas: () => readHostKatas(job.recordsPath),
    };
    writer.keepOnly(job.knownRealmIds);
    keepMetadataOf(job.indexPath, job.knownRealmIds);
    await syncAll(
      {
        syncOne: async (realm, signal) =>
          realm.type === "local"
            ? syncLocalRealm(deps, realm.id)
            : signed.withTrust(await syncRealm(deps, realm, signal)),
        limits: job.limits,
        onOutcome(outcome) {
          hasMetDamage ||= outcome.kind === "failed" && outcome.code === "index_damaged";
          onOutcome(outcome);
        },
      },
      job.realms,
    );
    isInDoubt = hasMetDamage;
  } finally {
    writer.close(isInDoubt);
  }
}
