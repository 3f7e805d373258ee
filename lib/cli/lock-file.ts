import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { messageOf } from "../errors.ts";
import { type KataLock, kataLockSchema } from "../model/lock.ts";
import { MAX_LOCK_BYTES } from "../model/lock-limits.ts";
import { CommandError } from "./command-error.ts";

/** The document as it is written: the same lock gives the same bytes. */
export function toLockText(lock: KataLock): string {
  return `${JSON.stringify(lock, null, 2)}\n`;
}

/**
 * Puts a lock into its file as a whole. One that says the same already is left as it is.
 *
 * @returns whether anything was written
 * @throws CommandError `lock_unwritable`
 */
export function writeLockFile(path: string, lock: KataLock): boolean {
  const text = toLockText(lock);
  const staged = `${path}.${process.pid}.tmp`;
  try {
    if (statSync(path, { throwIfNoEntry: false }) && readFileSync(path, "utf8") === text) return false;
    writeFileSync(staged, text, { flag: "wx" });
    renameSync(staged, path);
    return true;
  } catch (cause) {
    rmSync(staged, { force: true });
    throw new CommandError("lock_unwritable", `${path} cannot be written: ${messageOf(cause)}`, { cause });
  }
}

/** @throws CommandError `lock_unreadable`, which says what is wrong with it and where */
export function readLockFile(path: string): KataLock {
  const unreadable = (problem: string, cause?: unknown) =>
    new CommandError(
      "lock_unreadable",
      `${path} ${problem}.\nMake one on the Ronin that this one is to be like: realms lock --out <file>`,
      { cause },
    );
  let document: unknown;
  try {
    const { size } = statSync(path);
    if (size > MAX_LOCK_BYTES) throw unreadable(`has ${size} bytes; a lock has at most ${MAX_LOCK_BYTES}`);
    document = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw unreadable(`cannot be read: ${messageOf(error)}`, error);
  }
  const parsed = kataLockSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue?.path.join(".") ?? "";
  throw unreadable(
    `is no lock: ${at === "" ? "" : `${at}: `}${issue?.message ?? "unreadable"}`,
    parsed.error,
  );
}
