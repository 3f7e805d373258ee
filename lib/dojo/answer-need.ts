import { messageOf } from "../errors.ts";
import type { HostAi } from "../host.ts";
import type { KataDiscoveryResult } from "../registry/registry.ts";
import { retryBusy } from "../registry/retry.ts";
import { answerWithMatch } from "./answer-match.ts";
import { askForWords } from "./ask-words.ts";
import type { Burst } from "./burst.ts";
import { proposeCreation } from "./creation.ts";
import type { DojoDeps } from "./deps.ts";
import { type Need, quoteNeed, toNeedKey } from "./need.ts";
import { pickMatch } from "./pick-match.ts";
import { searchRealms } from "./search.ts";
import { toSearchWords } from "./words.ts";

const FIRST_SYNC_WAIT_MS = 10_000;
const REFRESH_WAIT_MS = 3_000;

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
  if ((await answerWithMatch(deps, matches, need)) === undefined) {
    await proposeCreation(deps, need, burst);
  }
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

/**
 * By the need's own words, best first; a model may move one of the first to the front. Where they find nothing,
 * by the words that a model gives.
 */
async function findMatches(deps: DojoDeps, need: Need, burst: Burst): Promise<KataDiscoveryResult[]> {
  const matches = await retryBusy(() => searchRealms(deps.registry, toSearchWords(need.text)));
  if (deps.ai === undefined || burst.isModelDown) return matches;
  if (matches.length > 0) return await preferPicked(deps, deps.ai, need, matches, burst);
  const answer = await askForWords(deps.ai, need.text, deps.modelTimeoutMs);
  burst.isModelDown = answer.kind === "unavailable";
  if (answer.kind !== "words") return matches;
  return await retryBusy(() => searchRealms(deps.registry, answer.words));
}

/** The same matches; only their order may change. */
async function preferPicked(
  { log, modelTimeoutMs }: DojoDeps,
  ai: Pick<HostAi, "complete">,
  need: Need,
  matches: KataDiscoveryResult[],
  burst: Burst,
): Promise<KataDiscoveryResult[]> {
  if (matches.length === 1) return matches;
  const answer = await pickMatch(ai, need.text, matches, modelTimeoutMs);
  burst.isModelDown = answer.kind === "unavailable";
  if (answer.kind !== "picked") return matches;
  const { match, why } = answer;
  log.info(`the model prefers ${match.fromRealm}:${match.name} for ${quoteNeed(need.text)}: "${why}"`);
  return [match, ...matches.filter((other) => other !== match)];
}
