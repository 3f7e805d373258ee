import { rm } from "node:fs/promises";
import { join } from "node:path";
import { sha256Hex } from "../trust/digest.ts";
import { openKey } from "../trust/sealed-key.ts";
import { SigningError } from "../trust/signing-error.ts";
import { type FileWrite, isWritten, writeWhole } from "./file-write.ts";
import { assertInRoot, DAY_MS } from "./keys.ts";
import { findRoots, finishReplacement, getSealedKey, rootsIn } from "./keys-folder.ts";
import { assertOutside } from "./keys-outside.ts";
import { POINTER_PATH } from "./realm-paths.ts";
import { fingerprintOf, newestOf } from "./root-chain.ts";
import { dueReason, expiryOf, type SigningReason } from "./sign-due.ts";
import { signPointer } from "./sign-metadata.ts";
import { type PointerToSign, readPointer } from "./sign-pointer.ts";
import { assertRootLives, chooseChain, removeOtherRoots } from "./sign-roots.ts";
import { planSignedUpkeep } from "./sign-upkeep.ts";
import { readSignedFolder } from "./signed-folder.ts";

export const DEFAULT_EXPIRES_DAYS = 90;

export interface SignOptions {
  /** The realm's folder, built before. */
  out: string;
  /** The keys folder; `online.key.json` in it is enough once the roots are published. */
  keys: string;
  /** Folder of the roots, which are public. Default: `roots` in the keys folder. */
  roots?: string | undefined;
  /** Asked for only when something has to be signed. */
  passphrase: () => Promise<string>;
  /** Milliseconds since 1970. */
  now: number;
  /** How long the signatures are good for. Default {@link DEFAULT_EXPIRES_DAYS}. */
  expiresDays?: number | undefined;
  /** Publish under the new first root of these keys: everybody who pinned the old one has to pin this one. */
  startOver?: boolean | undefined;
}

export interface SignOutcome {
  realm: string;
  /** Undefined when everything was signed already and is good for long enough. */
  reason: SigningReason | undefined;
  /** SHA-256 of the first root. */
  fingerprint: string;
  rootVersion: number;
  /** Milliseconds since 1970, both. */
  expiresAt: number;
  rootExpiresAt: number;
  /** Paths of the files that were written, in that order: the timestamp last. */
  written: string[];
  /** Old metadata and pointers that nobody can be asking for any more. */
  removed: string[];
}

/**
 * Signs a built realm's pointer as the one target of a TUF repository with consistent snapshots. Without a change,
 * and while less than half of the signatures' time has passed, nothing is written. Stopped anywhere, the folder
 * serves the old signed state or the new one.
 *
 * @throws SigningError; PublishError `write_failed`
 */
export async function signRealm(options: SignOptions): Promise<SignOutcome> {
  const { out, now, expiresDays = DEFAULT_EXPIRES_DAYS } = options;
  assertOutside(options.keys);
  finishReplacement(options.keys);
  const folder = readSignedFolder(out);
  const chain = chooseChain(
    findRoots(options.roots ?? rootsIn(options.keys)),
    folder,
    options.startOver === true,
  );
  const newest = newestOf(chain);
  const rootExpiresAt = Date.parse(newest.metadata.signed.expires);
  assertRootLives(rootExpiresAt, now);
  const pointer = await readPointer(out, fingerprintOf(chain), options.startOver === true);
  const sealed = getSealedKey(options.keys, "online");
  assertSameRealm(sealed.realm, pointer);

  const renewBefore = now + (expiresDays * DAY_MS) / 2;
  const reason = dueReason(folder.current, newest, pointer.bytes, renewBefore);
  const writes = [copyOf(pointer), ...chain.map(({ version, bytes }) => rootWrite(version, bytes))];
  let expiresAt = folder.current === undefined ? 0 : expiryOf(folder.current);
  let last: FileWrite[] = [];
  if (reason !== undefined) {
    assertInRoot(sealed, newest, "online");
    // No later than the root's own end: a client would refuse it from there on anyway.
    expiresAt = Math.min(now + expiresDays * DAY_MS, rootExpiresAt);
    const signed = signPointer(
      pointer.bytes,
      folder.current,
      openKey(sealed, await options.passphrase()),
      expiresAt,
    );
    writes.push(toWrite(signed.targets), toWrite(signed.snapshot));
    last = [toWrite(signed.timestamp)];
  }
  if (pointer.isRewritten) writes.push({ path: POINTER_PATH, bytes: pointer.bytes, isDurable: true });
  await removeOtherRoots(out, folder, chain);
  const written = await writeMissing(out, [...writes, ...last]);
  const removed = await planSignedUpkeep(out, now);
  for (const path of removed) await rm(join(out, path), { force: true });
  return {
    realm: pointer.pointer.realm,
    reason,
    fingerprint: fingerprintOf(chain),
    rootVersion: newest.version,
    expiresAt,
    rootExpiresAt,
    written,
    removed,
  };
}

function assertSameRealm(realm: string, { pointer }: PointerToSign): void {
  if (pointer.realm === realm) return;
  throw new SigningError(
    "keys_of_other_realm",
    `The folder holds the realm ${pointer.realm}, and the keys are those of ${realm}.`,
  );
}

/** Under its hash, where clients with either timestamp find the pointer that theirs names. */
function copyOf({ bytes }: PointerToSign): FileWrite {
  return { path: `${sha256Hex(bytes)}.${POINTER_PATH}`, bytes, isDurable: true };
}

function rootWrite(version: number, bytes: Uint8Array): FileWrite {
  return { path: `metadata/${version}.root.json`, bytes, isDurable: true };
}

function toWrite({ path, bytes }: { path: string; bytes: Uint8Array }): FileWrite {
  return { path, bytes, isDurable: true };
}

async function writeMissing(out: string, wanted: readonly FileWrite[]): Promise<string[]> {
  const written: string[] = [];
  for (const write of wanted) {
    if (await isWritten(out, write)) continue;
    await writeWhole(out, write);
    written.push(write.path);
  }
  return written;
}
