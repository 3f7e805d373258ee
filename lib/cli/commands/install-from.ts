import { resolve } from "node:path";
import type { LockEntryView, Problem, ReceiptView } from "../../desk/shown.ts";
import { messageOf, RealmsError } from "../../errors.ts";
import { CommandError, EXIT_DONE, EXIT_FAILED } from "../command-error.ts";
import type { DeskContext } from "../desk/with-desk.ts";
import { countOf } from "../format.ts";
import { installLocked } from "../install-locked.ts";
import { readLockFile } from "../lock-file.ts";
import { toLockLines, toRefusedLines } from "../lock-lines.ts";
import type { Line, Report } from "../print.ts";
import { requireYes } from "../require-yes.ts";

export interface InstallFromOptions {
  yes?: boolean | undefined;
}

/** What became of one kata of the lock. */
interface Ended {
  kata: string;
  outcome: "present" | "installed" | "refused" | "failed";
  problem: Problem | null;
  fix: string | null;
  receipts: ReceiptView[];
}

/**
 * `realms install --from <file>`: shows what a lock would change here, asks once for all of it, and installs each
 * kata by itself, as the bytes that the lock names. One that cannot be installed holds up no other; the exit code is
 * 1 then. Where all is here it does nothing, and needs no running Ronin for that.
 *
 * @throws CommandError `lock_unreadable`, `host_unreachable`, `usage`, `declined`, `interrupted`
 */
export async function installFromCommand(
  context: DeskContext,
  file: string,
  { yes }: InstallFromOptions,
): Promise<Report> {
  const { desk, around, say } = context;
  const lock = readLockFile(resolve(around.cwd, file));
  const { entries } = await desk.compareLock(lock);
  const { realms } = await desk.realms();
  const shown = toLockLines(entries, realms);
  const wanted = inOrder(entries);
  if (wanted.length === 0) return toReport(entries, new Map(), [...shown, "", toNothing(entries)]);
  if (desk.via === "files") {
    throw new CommandError(
      "host_unreachable",
      `Ronin does not answer on 127.0.0.1:${context.host.port}, and it is Ronin that installs ${countOf(wanted.length, "kata", "katas")} of ${file}.\nStart it, then try again. Another port: --port or WEBHOOK_PORT.`,
    );
  }
  say([...shown, ""]);
  await requireYes(context, yes, `Install ${countOf(wanted.length, "kata", "katas")}, as the lock has them?`);
  const ended = new Map<LockEntryView, Ended>();
  for (const entry of wanted) {
    const end = await install(context, entry);
    ended.set(entry, end);
    say(toEndLines(end));
  }
  return toReport(entries, ended, ["", toSentence([...ended.values()])]);
}

/** What needs fewer katas first: whatever another one needs has a receipt of its own by then. */
function inOrder(entries: readonly LockEntryView[]): LockEntryView[] {
  const sizeOf = ({ offered }: LockEntryView): number => offered?.plan.length ?? 0;
  return entries.filter(({ state }) => state === "install").sort((a, b) => sizeOf(a) - sizeOf(b));
}

async function install(context: DeskContext, entry: LockEntryView): Promise<Ended> {
  const { qualifiedName: kata } = entry;
  try {
    return {
      kata,
      outcome: "installed",
      problem: null,
      fix: null,
      receipts: await installLocked(context, entry),
    };
  } catch (error) {
    const isOurs = error instanceof RealmsError;
    if (!isOurs || error.code === "interrupted" || error.code === "host_unreachable") throw error;
    const problem = { code: error.code, message: messageOf(error) };
    return { kata, outcome: "failed", problem, fix: null, receipts: [] };
  }
}

function toEndLines({ kata, outcome, problem, fix }: Ended): Line[] {
  if (outcome === "installed") return [{ text: `Installed ${kata}.`, style: "good" }];
  return toRefusedLines({ qualifiedName: kata, problem, fix });
}

function toNothing(entries: readonly LockEntryView[]): string {
  return entries.every(({ state }) => state === "present")
    ? "Nothing to do: this Ronin has all of them."
    : "Nothing was installed.";
}

function toSentence(ended: readonly Ended[]): string {
  const installed = ended.filter(({ outcome }) => outcome === "installed").length;
  return `Installed ${installed} of ${countOf(ended.length, "kata", "katas")}.`;
}

function toReport(
  entries: readonly LockEntryView[],
  ended: ReadonlyMap<LockEntryView, Ended>,
  lines: Line[],
): Report {
  const katas = entries.map((entry) => ended.get(entry) ?? toUntouched(entry));
  const isSame = katas.every(({ outcome }) => outcome === "present" || outcome === "installed");
  const outcome = !isSame ? "incomplete" : ended.size === 0 ? "unchanged" : "installed";
  return { json: { outcome, katas }, lines, exitCode: isSame ? EXIT_DONE : EXIT_FAILED };
}

function toUntouched({ qualifiedName: kata, state, problem, fix }: LockEntryView): Ended {
  return { kata, outcome: state === "present" ? "present" : "refused", problem, fix, receipts: [] };
}
