import type { ProposalSummary } from "../desk/shown.ts";
import { toPlainText } from "../model/text.ts";
import { CommandError } from "./command-error.ts";
import type { CommandDesk } from "./desk/command-desk.ts";
import { toShortId } from "./find-request.ts";

const MIN_PREFIX_CHARS = 4;

/** A request's whole id, and the shortest form that no other open request shares. */
export interface FoundProposal {
  id: string;
  short: string;
}

/**
 * The request whose id this is or begins with; undefined when there is none. Those that wait for a decision are
 * looked at first: a short id that was unique among them stays so, however many were decided before.
 *
 * @throws CommandError `ambiguous_id`
 */
export async function findProposal(
  desk: Pick<CommandDesk, "proposals" | "history">,
  given: string,
): Promise<FoundProposal | undefined> {
  const { pending } = await desk.proposals();
  const found = findOne(pending, given) ?? findOne(await readAll(desk), given);
  return found && { id: found.id, short: toShortId(found.id, pending) };
}

async function readAll(desk: Pick<CommandDesk, "history">): Promise<ProposalSummary[]> {
  return (await desk.history({})).entries.map(({ proposal }) => proposal);
}

function findOne(proposals: readonly ProposalSummary[], given: string): ProposalSummary | undefined {
  const exact = proposals.find(({ id }) => id === given);
  if (exact !== undefined || given.length < MIN_PREFIX_CHARS) return exact;
  const matches = proposals.filter(({ id }) => id.startsWith(given));
  if (matches.length <= 1) return matches[0];
  const lines = matches.map(
    ({ id, realm, kataName }) => `  ${id}  ${toPlainText(`${realm.id}:${kataName}`, 160)}`,
  );
  throw new CommandError(
    "ambiguous_id",
    [`Several requests begin with ${toPlainText(given, 160)}. There is:`, ...lines.slice(0, 10)].join("\n"),
  );
}
