import { randomBytes } from "node:crypto";
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** What lies in such a file, and how it is refused. */
export interface SecretKind {
  /** A new one, random. */
  make: () => Uint8Array;
  /** Whether the file's bytes can be such a secret. */
  isWhole: (bytes: Uint8Array) => boolean;
  /** The error for a file that is none, or that others can read. */
  refuse: (message: string) => Error;
}

/** Made on first use. @throws what `refuse` makes, for a file that is no such secret or that others can read */
export function readOrCreateSecret(path: string, kind: SecretKind): Uint8Array {
  return readSecret(path, kind) ?? createSecret(path, kind);
}

/** Undefined when there is none. @throws as {@link readOrCreateSecret} */
export function readSecret(path: string, { isWhole, refuse }: SecretKind): Uint8Array | undefined {
  let bytes: Buffer;
  let mode: number;
  try {
    mode = statSync(path).mode;
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  if (!isWhole(bytes))
    throw refuse(`${path} is damaged; remove it and restart Ronin, which makes a new one.`);
  // Windows has no such bits; everywhere else a secret that others can read proves nothing.
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    throw refuse(`${path} can be read by other users; remove it and restart Ronin, which makes a new one.`);
  }
  return bytes;
}

/** Written whole under another name and then linked, so that two processes end up with one secret. */
function createSecret(path: string, kind: SecretKind): Uint8Array {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const staged = `${path}.${randomBytes(6).toString("hex")}`;
  writeFileSync(staged, kind.make(), { mode: 0o600, flag: "wx" });
  chmodSync(staged, 0o600);
  try {
    linkSync(staged, path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    rmSync(staged, { force: true });
  }
  const secret = readSecret(path, kind);
  if (secret === undefined) throw kind.refuse(`${path} could not be made.`);
  return secret;
}
