import { assertStrong, type KeyRole, openKey, sealKey } from "../trust/sealed-key.ts";
import { SigningError } from "../trust/signing-error.ts";
import { createSigningKey, type SigningKey } from "../trust/signing-key.ts";
import {
  findSealedKey,
  finishReplacement,
  getRootChain,
  getSealedKey,
  placeKey,
  writeRoot,
  writeSealedKey,
} from "./keys-folder.ts";
import { assertEmpty, assertOutside } from "./keys-outside.ts";
import {
  createFirstRoot,
  createNextRoot,
  fingerprintOf,
  keyIdIn,
  newestOf,
  type PublishedRoot,
  toTufTime,
} from "./root-chain.ts";

export const DAY_MS = 24 * 3_600_000;
export const DEFAULT_ROOT_DAYS = 365;

export interface KeyOptions {
  /** The realm's keys folder. */
  folder: string;
  passphrase: string;
  /** Milliseconds since 1970. */
  now: number;
  /** How long a root that is made now is good for. Default {@link DEFAULT_ROOT_DAYS}. */
  rootDays?: number | undefined;
  /** See {@link sealKey}. */
  scryptN?: number | undefined;
}

/** What everybody may know of a realm's keys. */
export interface KeysSummary {
  realm: string;
  folder: string;
  /** SHA-256 of the first root: what others pin the realm to. */
  fingerprint: string;
  rootVersion: number;
  /** Milliseconds since 1970. */
  rootExpiresAt: number;
  rootKeyId: string;
  onlineKeyId: string;
}

/**
 * Makes a realm's two keys and its first root.
 *
 * @throws SigningError `keys_exist`, `keys_in_output`, `passphrase_weak`
 */
export function createKeys(realm: string, options: KeyOptions): KeysSummary {
  const { folder, now } = options;
  assertOutside(folder);
  assertEmpty(folder);
  assertStrong(options.passphrase);
  const [root, online] = [createSigningKey(), createSigningKey()];
  writeSealedKey(folder, sealKey(root, { ...options, realm, role: "root" }));
  writeSealedKey(folder, sealKey(online, { ...options, realm, role: "online" }));
  writeRoot(folder, createFirstRoot(root, online, rootExpiry(options, now)));
  return summarizeKeys(folder);
}

/** Why a key is replaced. A revoked one is destroyed; a rotated one is put aside, as sealed as it was. */
export type Replacement = "rotate" | "revoke";

/**
 * Puts a new key in the place of one, by a next root that the root key signs. Until `sign` has published it,
 * nobody knows. The online key may be lost already; without the root key there is no next root.
 *
 * @throws SigningError `keys_missing`, `keys_damaged`, `passphrase_wrong`, `key_not_in_root`,
 *   `root_chain_broken`
 */
export function replaceKey(role: KeyRole, how: Replacement, options: KeyOptions): KeysSummary {
  const { folder, passphrase, now } = options;
  finishReplacement(folder);
  const newest = newestOf(getRootChain(folder));
  const sealed = getSealedKey(folder, "root");
  const current = openKey(sealed, passphrase);
  assertInRoot(current, newest, "root");
  const key = createSigningKey();
  const next = createNextRoot(newest, { role, key }, current, rootExpiry(options, now));
  placeKey(folder, sealKey(key, { ...options, realm: sealed.realm, role }), next, how === "rotate");
  return summarizeKeys(folder);
}

/** @throws SigningError `keys_missing`, `keys_damaged`, `root_chain_broken` */
export function summarizeKeys(folder: string): KeysSummary {
  finishReplacement(folder);
  const chain = getRootChain(folder);
  const newest = newestOf(chain);
  const sealed = findSealedKey(folder, "root") ?? getSealedKey(folder, "online");
  return {
    realm: sealed.realm,
    folder,
    fingerprint: fingerprintOf(chain),
    rootVersion: newest.version,
    rootExpiresAt: Date.parse(newest.metadata.signed.expires),
    rootKeyId: keyIdIn(newest, "root"),
    onlineKeyId: keyIdIn(newest, "online"),
  };
}

/** @throws SigningError `key_not_in_root` */
export function assertInRoot(key: Pick<SigningKey, "id">, root: PublishedRoot, role: KeyRole): void {
  if (keyIdIn(root, role) === key.id) return;
  throw new SigningError(
    "key_not_in_root",
    `The ${role} key here is ${key.id.slice(0, 16)}…, and ${root.version}.root.json names ${keyIdIn(root, role).slice(0, 16)}…. It was replaced: bring the new key here.`,
  );
}

function rootExpiry({ rootDays = DEFAULT_ROOT_DAYS }: KeyOptions, now: number): string {
  return toTufTime(now + rootDays * DAY_MS);
}
