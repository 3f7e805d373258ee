import { CommandError } from "../command-error.ts";
import type { DeskContext } from "../desk/with-desk.ts";
import { findProposal } from "../find-proposal.ts";
import { findKata, parseKataAddress } from "../kata-address.ts";
import { toKataLines } from "../kata-lines.ts";
import type { Report } from "../print.ts";
import { toProposalLines } from "../proposal-lines.ts";

export interface ShowOptions {
  kataVersion?: string | undefined;
}

/**
 * `realms show <what>`: a request by its id, or a kata by its name, with all versions; of one of them the phases,
 * the source, and what differs from the installed version.
 *
 * @throws CommandError `usage`, `unknown_request`, `ambiguous_id`, `unknown_kata`, `ambiguous_kata`; RegistryError
 *   `unknown_kata`
 */
export async function showCommand(
  { desk }: Pick<DeskContext, "desk">,
  given: string,
  { kataVersion }: ShowOptions,
): Promise<Report> {
  // No id has one of these.
  const found = /[:@.]/.test(given) ? undefined : await findProposal(desk, given);
  if (found !== undefined) {
    const view = await desk.proposal(found.id, kataVersion);
    return { json: view, lines: toProposalLines(view, found.short) };
  }
  if (parseKataAddress(given) === undefined) {
    throw new CommandError(
      "unknown_request",
      `Neither a request nor a kata is called so.\nWhat waits for a decision:  realms pending\nKatas:                      realms search`,
    );
  }
  const { version = kataVersion, ...kata } = await findKata(desk, given);
  const view = await desk.kata(kata, version);
  if (version !== undefined && view.selected?.version !== version) {
    const all = view.versions.map((one) => one.version).join(", ");
    throw new CommandError("unknown_kata", `${kata.realm}:${kata.name} has no ${version}. It has: ${all}.`);
  }
  return { json: view, lines: toKataLines(view, version) };
}
