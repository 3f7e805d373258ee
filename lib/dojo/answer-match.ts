import { RegistryError } from "../errors.ts";
import { qualifiedName } from "../model/kata.ts";
import type { KataDiscoveryResult } from "../registry/registry.ts";
import type { DojoDeps } from "./deps.ts";
import { buildOffers, chooseOffer, type VersionOffer } from "./offer.ts";
import { openProposal } from "./propose.ts";

type AnswerDeps = Pick<DojoDeps, "registry" | "bus" | "log" | "planInstall">;

/**
 * Answers a need with the best of the katas found for it: `capability.available` when that one is installed,
 * else an install proposal. Returns its qualified name, or undefined when none can be proposed.
 *
 * @param matches best first
 * @param need `intent` as sent, for the answer; `text` as shown, for the request
 */
export async function answerWithMatch(
  deps: AnswerDeps,
  matches: readonly KataDiscoveryResult[],
  need: { intent: string; text: string },
): Promise<string | undefined> {
  for (const match of matches) {
    try {
      const answered = await answerWith(deps, match, need);
      if (answered !== undefined) return answered;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      deps.log.info(`passed over ${match.fromRealm}:${match.name}: ${error.message}`);
    }
  }
  return undefined;
}

async function answerWith(
  deps: AnswerDeps,
  { fromRealm: realm, name, versions }: KataDiscoveryResult,
  need: { intent: string; text: string },
): Promise<string | undefined> {
  const offers = await buildOffers(deps, realm, versions);
  const chosen = chooseOffer(offers);
  if (chosen === undefined) return undefined;
  const { version } = chosen.shown;
  const label = qualifiedName(realm, name, version);
  if (isInstalled(chosen)) {
    deps.log.info(`${label} meets a need and is installed`);
    deps.bus.emit("capability.available", { intent: need.intent, kataName: name, kataVersion: version });
    return label;
  }
  const request = await openProposal(deps, { realm, name, version, offers, intent: need.text });
  deps.log.info(`proposed ${label} as ${request.id}`);
  return label;
}

/** The kata and all that it requires are on the host, with the bytes that the realm lists. */
function isInstalled({ shown }: VersionOffer): boolean {
  return shown.isCompatible && shown.plan.every((step) => step.isInstalled);
}

/**
 * The registry does not let this kata be requested, for instance because its name is bound to another realm.
 */
function isRefusal(error: unknown): error is RegistryError {
  return (
    error instanceof RegistryError &&
    (error.code === "unknown_kata" || error.code === "unknown_realm" || error.code === "realm_disabled")
  );
}
