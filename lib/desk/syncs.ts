import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, RealmsError } from "../errors.ts";
import type { DeskDeps } from "./deps.ts";
import type { Problem, SyncProgress } from "./shown.ts";

/** The syncs that people started here, each of one realm. */
export interface RealmSyncs {
  /** Starts one; where one goes on already, that is the one. */
  start(realmId: string): void;
  find(realmId: string): RealmSync;
  close(): void;
}

export interface RealmSync {
  isSyncing: boolean;
  /** Null before anything is known. */
  progress: SyncProgress | null;
  /** The last sync that came to nothing before it had a result, which the records therefore do not know. */
  broken: (Problem & { at: number }) | undefined;
}

type SyncsDeps = Pick<DeskDeps, "sync" | "onSyncProgress" | "clock" | "log">;

/** How often a sync that another process holds up is tried again. */
const HELD_PAUSE_MS = 1000;

/** @param told what is to be known by those who look: that one began or ended, or how far it is */
export function createRealmSyncs(
  deps: SyncsDeps,
  told: { changed(realmId: string): void; progressed(realmId: string): void },
  { heldPauseMs = HELD_PAUSE_MS }: { heldPauseMs?: number } = {},
): RealmSyncs {
  const running = new Map<string, SyncProgress | null>();
  const broken = new Map<string, RealmSync["broken"]>();
  const closing = new AbortController();

  const note = (realmId: string, progress: SyncProgress): void => {
    if (!running.has(realmId)) return;
    running.set(realmId, progress);
    told.progressed(realmId);
  };
  const stopListening = deps.onSyncProgress(({ realmId, step, done, of }) =>
    note(realmId, { step, done, of }),
  );

  /** The other process may be at other realms, so not its end is what the person asked for. */
  const syncInTurn = async (realmId: string): Promise<void> => {
    while ((await deps.sync([realmId])).kind === "held_elsewhere") {
      note(realmId, { step: "waiting", done: 0, of: null });
      await sleep(heldPauseMs, undefined, { signal: closing.signal });
    }
  };

  return {
    start(realmId) {
      if (running.has(realmId)) return;
      running.set(realmId, null);
      broken.delete(realmId);
      told.changed(realmId);
      syncInTurn(realmId)
        .catch((error: unknown) => {
          if (closing.signal.aborted) return;
          deps.log.warn(`the sync of ${realmId} broke: ${messageOf(error)}`);
          const code = error instanceof RealmsError ? error.code : "internal";
          broken.set(realmId, { code, message: messageOf(error), at: deps.clock.now() });
        })
        .finally(() => {
          running.delete(realmId);
          told.changed(realmId);
        });
    },
    find: (realmId) => ({
      isSyncing: running.has(realmId),
      progress: running.get(realmId) ?? null,
      broken: broken.get(realmId),
    }),
    close() {
      closing.abort();
      stopListening();
    },
  };
}
