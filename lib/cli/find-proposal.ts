import type { ProposalSummary } from "../desk/shown.ts";
import { qualifiedName } from "../model/kata.ts";
import { toPlainText } from "../model/text.ts";
import { CommandError } from "./command-error.ts";
import type { CommandDesk } from "./desk/command-desk.ts";

const MIN_PREFIX_CHARS = 4;
const MAX_LISTED = 10;

type Reader = Pick<CommandDesk, "proposals" | "history">;

/** A request's whole id, and the shortest form that no other open request shares. */
export interface FoundProposal {
  id: string;
  short: string;
}

/**
 * The request whose id this is or begins with; undefined when there is none. Those that wait for a decision are
 * looked at first: a short id that was unique among them stays so, however many were decided before.
 *
 * @param given at least four characters of the id
 * @throws CommandError `ambiguous_id`, listing those that begin so
 */
export async function findProposal(desk: Reader, given: string): Promise<FoundProposal | undefined> {
  const { pending } = await desk.proposals();
  const found = findOne(pending, given) ?? findOne(await readAll(desk), given);
  return found && { id: found.id, short: toShortId(found.id, pending) };
}

/** @throws CommandError `unknown_request`, listing what waits; `ambiguous_id` */
export async function getProposal(desk: Reader, given: string): Promise<FoundProposal> {
  const found = await findProposal(desk, given);
  if (found !== undefined) return found;
  const { pending } = await desk.proposals();
  const waiting =
    pending.length === 0 ? ["Nothing waits for a decision."] : ["There is:", ...toList(pending)];
  throw new CommandError(
    "unknown_request",
    [`No request has the id ${shown(given)}.`, ...waiting].join("\n"),
  );
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
export function labelOf(
  { realm, kataName, kataVersion }: Pick<ProposalSummary, "realm" | "kataName" | "kataVersion">,
  version = kataVersion,
): string {
  return qualifiedName(realm.id, kataName, version);
}

async function readAll(desk: Reader): Promise<ProposalSummary[]> {
  return (await desk.history({})).entries.map(({ proposal }) => proposal);
}

function findOne(proposals: readonly ProposalSummary[], given: string): ProposalSummary | undefined {
  const exact = proposals.find(({ id }) => id === given);
  if (exact !== undefined || given.length < MIN_PREFIX_CHARS) return exact;
  const matches = proposals.filter(({ id }) => id.startsWith(given));
  if (matches.length <= 1) return matches[0];
  throw new CommandError(
    "ambiguous_id",
    [`Several requests begin with ${shown(given)}. There is:`, ...toList(matches)].join("\n"),
  );
}

function toList(proposals: readonly ProposalSummary[]): string[] {
  const lines = proposals.slice(0, MAX_LISTED).map((one) => `  ${shown(one.id)}  ${shown(labelOf(one))}`);
  const rest = proposals.length - lines.length;
  return rest > 0 ? [...lines, `  and ${rest} more: realms pending`] : lines;
}

function shown(text: string): string {
  return toPlainText(text, 160);
}
