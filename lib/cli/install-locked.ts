import type { LockEntryView, ProposalState, ReceiptView } from "../desk/shown.ts";
import { InstallError } from "../errors.ts";
import { qualifiedName } from "../model/kata.ts";
import type { LockedKata } from "../model/lock.ts";
import { CommandError } from "./command-error.ts";
import type { CommandDesk } from "./desk/command-desk.ts";
import type { Surroundings } from "./surroundings.ts";

const POLL_MS = 200;
/** Then the next kata's turn comes, and Ronin goes on with this one. */
export const MAX_WAIT_MS = 60_000;

interface InstallLockedDeps {
  desk: CommandDesk;
  around: Pick<Surroundings, "clock" | "wait" | "signal" | "userName">;
}

/**
 * Installs one kata of a lock as the very bytes that the lock names: opened as a request, held against the lock
 * once more, approved by the plan that these hashes are in, and awaited.
 *
 * @returns its receipts, those of katas that came along too
 * @throws InstallError `source_hash_mismatch`, `compiled_hash_mismatch`, `missing_kata`; CommandError
 *   `install_failed`, `still_installing`, `interrupted`; and what the page refuses
 */
export async function installLocked(
  { desk, around }: InstallLockedDeps,
  { kata }: Pick<LockEntryView, "kata">,
): Promise<ReceiptView[]> {
  const { realm, name, version } = kata;
  const { proposalId } = await desk.requestInstall({ realm, name }, { version });
  const planHash = await readPlanHash(desk, proposalId, kata);
  await desk.approve(proposalId, {
    version,
    planHash,
    by: around.userName(),
    acceptOtherCompiler: false,
    acceptStale: false,
  });
  await untilInstalled({ desk, around }, proposalId);
  return (await desk.proposal(proposalId, version)).receipts;
}

/**
 * A realm may have been synced since the lock was compared, and what is approved here is what the lock says: these
 * hashes, and nothing beside them, since whatever it needs came before it.
 */
async function readPlanHash(desk: CommandDesk, id: string, kata: LockedKata): Promise<string> {
  const { versions } = await desk.proposal(id, kata.version);
  const offered = versions.find(({ version }) => version === kata.version);
  const hashes = offered?.hashes;
  if (offered === undefined || hashes?.source !== kata.sourceHash) {
    throw new InstallError(
      "source_hash_mismatch",
      "Its realm offers another source by now than the lock has.",
    );
  }
  if (hashes.compiled !== kata.compiledHash || hashes.plan === null) {
    throw new InstallError(
      "compiled_hash_mismatch",
      "Its realm promises another graph by now than the lock has.",
    );
  }
  const own = qualifiedName(kata.realm, kata.name, kata.version);
  const missing = offered.plan.find((step) => !step.isInstalled && step.qualifiedName !== own);
  if (missing === undefined) return hashes.plan;
  throw new InstallError("missing_kata", `It needs ${missing.qualifiedName}, which is not installed.`);
}

async function untilInstalled({ desk, around }: InstallLockedDeps, id: string): Promise<void> {
  const { clock, wait, signal } = around;
  for (const end = clock.now() + MAX_WAIT_MS; clock.now() < end; ) {
    const state = await readState(desk, id);
    if (state?.kind === "installed") return;
    if (state?.kind === "failed")
      throw new CommandError("install_failed", `${state.problem.code}: ${state.problem.message}`);
    if (signal.aborted) {
      throw new CommandError("interrupted", `Stopped waiting. See what became of it: realms show ${id}`);
    }
    await wait(POLL_MS, signal);
  }
  throw new CommandError("still_installing", `Ronin is still at it. See how it ends: realms show ${id}`);
}

async function readState(desk: CommandDesk, id: string): Promise<ProposalState | undefined> {
  const { recent } = await desk.proposals();
  return recent.find((proposal) => proposal.id === id)?.state;
}
