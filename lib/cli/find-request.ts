import type { KataInstallRequest } from "../model/install.ts";
import { qualifiedName } from "../model/kata.ts";
import { toPlainText } from "../model/text.ts";
import type { TrustLevel } from "../model/trust.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import { CommandError } from "./command-error.ts";

const MIN_PREFIX_CHARS = 4;
const MAX_LISTED = 10;

/**
 * The request with this id, or the only one whose id begins so. Those that wait for a decision are looked at
 * first: a short id that was unique among them stays so, however many were decided before.
 *
 * @param given at least four characters of the id
 * @throws CommandError `unknown_request`, `ambiguous_id`, both listing what there is
 */
export function findRequestById(registry: RealmsRegistry, given: string): KataInstallRequest {
  // First, because it ends those that nobody decided in time.
  const pending = registry.getPendingRequests();
  const exact = registry.findRequest(given);
  if (exact !== undefined) return exact;

  const request = findByPrefix(pending, given) ?? findByPrefix(registry.getRequests(), given);
  if (request !== undefined) return request;
  throw new CommandError("unknown_request", `No request has the id ${shown(given)}.${listOf(pending)}`);
}

/** A request as it is shown: while a person has to decide, with what its realm is worth now. */
export interface ShownRequest extends KataInstallRequest {
  trust?: TrustLevel;
}

export function toShown(registry: RealmsRegistry, request: KataInstallRequest): ShownRequest {
  const trust = request.status === "pending" ? registry.findRealm(request.fromRealm)?.trust : undefined;
  return trust === undefined ? request : { ...request, trust };
}

/** The shortest form of an id, at least eight characters, that no other of these requests shares. */
export function toShortId(id: string, all: readonly { id: string }[]): string {
  for (let length = 8; length < id.length; length += 1) {
    const short = id.slice(0, length);
    if (all.every((other) => other.id === id || !other.id.startsWith(short))) return short;
  }
  return id;
}

/** `central:finance.audit@v2` */
export function labelOf(request: KataInstallRequest, version = request.kataVersion): string {
  return qualifiedName(request.fromRealm, request.kataName, version);
}

function findByPrefix(
  requests: readonly KataInstallRequest[],
  given: string,
): KataInstallRequest | undefined {
  if (given.length < MIN_PREFIX_CHARS) return undefined;
  const matches = requests.filter((request) => request.id.startsWith(given));
  if (matches.length <= 1) return matches[0];
  throw new CommandError("ambiguous_id", `Several requests begin with ${shown(given)}.${listOf(matches)}`);
}

function listOf(requests: readonly KataInstallRequest[]): string {
  if (requests.length === 0) return "\nNothing waits for a decision.";
  const lines = requests
    .slice(0, MAX_LISTED)
    .map((request) => `  ${shown(request.id)}  ${shown(labelOf(request))}`);
  const rest = requests.length - lines.length;
  return ["", "There is:", ...lines, ...(rest > 0 ? [`  and ${rest} more: realms pending`] : [])].join("\n");
}

function shown(text: string): string {
  return toPlainText(text, 160);
}
