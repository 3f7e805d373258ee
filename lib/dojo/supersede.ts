import { setImmediate as nextTurn } from "node:timers/promises";
import { messageOf } from "../errors.ts";
import type { KataInstallRequest } from "../model/install.ts";
import { retryBusy } from "../registry/retry.ts";
import { answerWithMatch } from "./answer-match.ts";
import type { DojoDeps } from "./deps.ts";
import { searchRealms } from "./search.ts";
import { toSearchWords } from "./words.ts";

type SearchDeps = Pick<DojoDeps, "registry" | "bus" | "log" | "planInstall">;

/** Searches again, by their words, for the needs whose new kata still waits for a decision. Never rejects. */
export async function searchForOpenNeeds(deps: SearchDeps): Promise<void> {
  try {
    const pending = await retryBusy(() => deps.registry.getPendingRequests());
    for (const request of pending) {
      if (request.kind !== "create" || request.intent === undefined) continue;
      await supersede(deps, request, request.intent);
      await nextTurn();
    }
  } catch (error) {
    deps.log.error(`open needs could not be searched again: ${messageOf(error)}`);
  }
}

/**
 * Lets the proposal of a new kata give way to one that a realm has by now. The model is not asked again:
 * after every sync, for every open need, would be too often.
 */
async function supersede(deps: SearchDeps, creation: KataInstallRequest, intent: string): Promise<void> {
  try {
    const matches = await retryBusy(() => searchRealms(deps.registry, toSearchWords(intent)));
    const label = await answerWithMatch(deps, matches, { intent, text: intent });
    if (label === undefined) return;
    await retryBusy(() => deps.registry.rejectInstall(creation.id, `superseded by ${label}`));
    deps.log.info(`${creation.id} (new kata ${creation.kataName}) is superseded by ${label}`);
  } catch (error) {
    deps.log.error(`the need of ${creation.id} could not be searched again: ${messageOf(error)}`);
  }
}
