import { randomBytes } from "node:crypto";
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ApprovalError } from "../errors.ts";
import { APPROVAL_KEY_BYTES } from "../trust/approval-proof.ts";

/**
 * The key that tells a person's decision from an event: 32 random bytes that only the user's own programs can
 * read. Made on first use; never on the event bus, in a log or in the database.
 *
 * @throws ApprovalError `proof_wrong_key` when the file is not such a key or others can read it
 */
export function readOrCreateApprovalKey(path: string): Uint8Array {
  return readApprovalKey(path) ?? createApprovalKey(path);
}

/** Undefined when there is none. @throws ApprovalError as {@link readOrCreateApprovalKey} */
export function readApprovalKey(path: string): Uint8Array | undefined {
  let key: Buffer;
  let mode: number;
  try {
    mode = statSync(path).mode;
    key = readFileSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  if (key.byteLength !== APPROVAL_KEY_BYTES) {
    throw new ApprovalError(
      "proof_wrong_key",
      `${path} is not an approval key of ${APPROVAL_KEY_BYTES} bytes; remove it and restart Ronin.`,
    );
  }
  // Windows has no such bits; everywhere else a key that others can read proves nothing.
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    throw new ApprovalError(
      "proof_wrong_key",
      `${path} can be read by other users; remove it and restart Ronin, which makes a new one.`,
    );
  }
  return key;
}

/** Written whole under another name and then linked, so that two processes end up with one key. */
function createApprovalKey(path: string): Uint8Array {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const staged = `${path}.${randomBytes(6).toString("hex")}`;
  writeFileSync(staged, randomBytes(APPROVAL_KEY_BYTES), { mode: 0o600, flag: "wx" });
  chmodSync(staged, 0o600);
  try {
    linkSync(staged, path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    rmSync(staged, { force: true });
  }
  const key = readApprovalKey(path);
  if (key === undefined) throw new ApprovalError("proof_wrong_key", `${path} could not be made.`);
  return key;
}
