import { messageOf } from "../errors.ts";
import type { KataDiscoveryResult } from "../registry/registry.ts";
import { retryBusy } from "../registry/retry.ts";
import { answerWithMatch } from "./answer-match.ts";
import { askModel } from "./ask-model.ts";
import { proposeCreation } from "./creation.ts";
import type { DojoDeps } from "./deps.ts";
import { type Need, quoteNeed, toNeedKey } from "./need.ts";
import { searchRealms } from "./search.ts";
import { toSearchWords } from "./words.ts";

const FIRST_SYNC_WAIT_MS = 10_000;
const REFRESH_WAIT_MS = 3_000;

/** What holds while needs keep coming, and is forgotten once all are answered. */
export interface Burst {
  isFresh: boolean;
  isModelDown: boolean;
  isDropping: boolean;
}

export function startBurst(): Burst {
  return { isFresh: false, isModelDown: false, isDropping: false };
}

/**
 * Answers one need: an install proposal or `capability.available` when a realm has a kata for it, else the
 * proposal of a new one. A need that a pending proposal answers already is left alone.
 *
 * @throws RegistryError, HostError; nothing was proposed then
 */
export async function answerNeed(deps: DojoDeps, need: Need, burst: Burst): Promise<void> {
  const pending = await retryBusy(() => deps.registry.getPendingRequests());
  const open = pending.find(
    (request) => request.intent !== undefined && toNeedKey(request.intent) === need.key,
  );
  if (open !== undefined) {
    deps.log.info(`the need ${quoteNeed(need.text)} waits for a decision on ${open.id}`);
    return;
  }
  await freshen(deps, burst);
  const matches = await findMatches(deps, need, burst);
  if ((await answerWithMatch(deps, matches, need)) === undefined) await proposeCreation(deps, need);
}

/** Once a burst: a hundred needs must not each wait for the same slow realm. */
async function freshen({ syncer, log }: DojoDeps, burst: Burst): Promise<void> {
  if (burst.isFresh) return;
  burst.isFresh = true;
  try {
    // A realm that was never synced is stale: this starts its first sync, which is then worth more patience.
    await syncer.refreshStale(REFRESH_WAIT_MS);
    await syncer.waitForFirstSync(FIRST_SYNC_WAIT_MS);
  } catch (error) {
    log.warn(`searching what the last sync left: ${messageOf(error)}`);
  }
}

/** By the model's words where it gives some and they find something, else by the need's own. */
async function findMatches(deps: DojoDeps, need: Need, burst: Burst): Promise<KataDiscoveryResult[]> {
  const { ai, registry, modelTimeoutMs } = deps;
  if (ai !== undefined && !burst.isModelDown) {
    const answer = await askModel(ai, need.text, modelTimeoutMs);
    burst.isModelDown = answer.kind === "unavailable";
    if (answer.kind === "words") {
      const found = await retryBusy(() => searchRealms(registry, answer.words));
      if (found.length > 0) return found;
    }
  }
  return await retryBusy(() => searchRealms(registry, toSearchWords(need.text)));
}
