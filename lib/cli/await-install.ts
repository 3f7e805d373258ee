import type { HistoryEntry } from "../desk/shown.ts";
import { RegistryBusyError } from "../errors.ts";
import { toPlainText } from "../model/text.ts";
import { CommandError } from "./command-error.ts";
import type { DeskContext } from "./desk/with-desk.ts";
import { labelOf } from "./find-proposal.ts";

const POLL_MS = 200;
const INSTALL_TIMEOUT_MS = 60_000;

/**
 * Resolves with the request and its receipts once what was approved is installed. That the page took the decision
 * says nothing about the install, which goes on in Ronin whatever becomes of this command.
 *
 * @throws CommandError `install_failed`, `already_decided`, `still_installing`, `interrupted`
 */
export async function awaitInstall(
  { desk, around }: Pick<DeskContext, "desk" | "around">,
  id: string,
): Promise<HistoryEntry> {
  const startedAt = around.clock.now();
  for (;;) {
    const entry = await readNews(desk, id);
    if (entry !== undefined && isInstalled(entry)) return entry;
    if (around.signal.aborted) {
      throw new CommandError(
        "interrupted",
        `Stopped waiting. The decision was sent; see what became of it: realms show ${id}`,
      );
    }
    if (around.clock.now() - startedAt >= INSTALL_TIMEOUT_MS) {
      throw stillInstalling(`was still installing after ${INSTALL_TIMEOUT_MS / 1000} s`, id);
    }
    await around.wait(POLL_MS, around.signal);
  }
}

/** Undefined while the host writes and its file is locked. */
async function readNews(desk: DeskContext["desk"], id: string): Promise<HistoryEntry | undefined> {
  try {
    return await desk.entry(id);
  } catch (error) {
    if (error instanceof RegistryBusyError) return undefined;
    if (!(error instanceof CommandError) || error.code !== "host_unreachable") throw error;
    throw stillInstalling("stopped answering", id, error);
  }
}

function isInstalled({ proposal }: HistoryEntry): boolean {
  const { state } = proposal;
  switch (state.kind) {
    case "installed":
      return true;
    case "failed":
      throw new CommandError(
        "install_failed",
        `${labelOf(proposal)} was not installed.\n${state.problem.code}: ${toPlainText(state.problem.message, 1000)}`,
      );
    case "rejected":
    case "expired":
      throw alreadyRejected(proposal);
    case "pending":
    case "installing":
      return false;
  }
}

/** It was over before this decision. */
export function alreadyRejected(proposal: HistoryEntry["proposal"]): CommandError {
  const { state } = proposal;
  const reason = state.kind === "rejected" ? toPlainText(state.reason, 500) : "it expired";
  return new CommandError(
    "already_decided",
    `${labelOf(proposal)} was rejected: ${reason || "no reason given"}.\nA new request is needed; agents open one when they ask again.`,
  );
}

function stillInstalling(what: string, id: string, cause?: Error): CommandError {
  return new CommandError(
    "still_installing",
    `Ronin took the decision and ${what}.\nIt goes on there. See how it ends: realms show ${id}`,
    { cause },
  );
}
