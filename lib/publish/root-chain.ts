import { type Key, Metadata, MetadataKind, Root } from "@tufjs/models";
import { sha256Hex } from "../trust/digest.ts";
import type { KeyRole } from "../trust/sealed-key.ts";
import { SigningError } from "../trust/signing-error.ts";
import { type SigningKey, signerOf, toTufKey } from "../trust/signing-key.ts";

/** One version of the root as it is published: everybody may have it. */
export interface PublishedRoot {
  version: number;
  bytes: Buffer;
  metadata: Metadata<Root>;
}

/** The roots of a realm from the first to the newest, each signed by the keys of the one before it. */
export type RootChain = readonly [PublishedRoot, ...PublishedRoot[]];

/** Which TUF roles each of the two keys signs for. */
const rolesOf: Record<KeyRole, readonly string[]> = {
  root: ["root"],
  online: ["targets", "snapshot", "timestamp"],
};

export const SPEC_VERSION = "1.0.31";

/** The root that a realm begins with. Its SHA-256 is the realm's fingerprint. */
export function createFirstRoot(root: SigningKey, online: SigningKey, expires: string): PublishedRoot {
  return signRoot(1, { root: toTufKey(root), online: toTufKey(online) }, expires, [root]);
}

/**
 * The next root, with one key in the place of another. It is signed by the root key before it and the one that it
 * names, so that readers of either follow (TUF 5.3.4 and 5.3.5).
 *
 * @param current the root key that the newest root names
 */
export function createNextRoot(
  newest: PublishedRoot,
  change: { role: KeyRole; key: SigningKey },
  current: SigningKey,
  expires: string,
): PublishedRoot {
  const keys = {
    root: keyOf(newest, "root"),
    online: keyOf(newest, "online"),
    [change.role]: toTufKey(change.key),
  };
  const signers = change.role === "root" ? [current, change.key] : [current];
  return signRoot(newest.version + 1, keys, expires, signers);
}

/**
 * Reads the roots of a realm and holds each against the one before it.
 *
 * @param files bytes of `1.root.json`, `2.root.json` and so on
 * @throws SigningError `root_chain_broken`
 */
export function parseRootChain(files: readonly [Uint8Array, ...Uint8Array[]]): RootChain {
  const [first, ...others] = files;
  const chain: [PublishedRoot, ...PublishedRoot[]] = [parseRoot(first, 1)];
  let newest = chain[0];
  verifyRoot(newest, newest);
  for (const bytes of others) {
    const next = parseRoot(bytes, newest.version + 1);
    verifyRoot(next, newest);
    verifyRoot(next, next);
    chain.push(next);
    newest = next;
  }
  return chain;
}

export function newestOf(chain: RootChain): PublishedRoot {
  return chain.at(-1) ?? chain[0];
}

export function fingerprintOf(chain: RootChain): string {
  return sha256Hex(chain[0].bytes);
}

/** Id of the key that signs for this role. */
export function keyIdIn(root: PublishedRoot, role: KeyRole): string {
  return keyOf(root, role).keyID;
}

/** The bytes of a signed document, the same for the same document. */
export function encodeMetadata(metadata: Pick<Metadata<Root>, "toJSON">): Buffer {
  return Buffer.from(`${JSON.stringify(metadata.toJSON(), null, 2)}\n`);
}

/** `2026-11-22T06:00:00Z`: TUF's times have no fractions of a second (specification 1.0, 4.2.1). */
export function toTufTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
}

function signRoot(
  version: number,
  keys: Record<KeyRole, Key>,
  expires: string,
  signers: readonly SigningKey[],
): PublishedRoot {
  const root = new Root({ version, specVersion: SPEC_VERSION, expires, consistentSnapshot: true });
  for (const role of ["root", "online"] as const) {
    for (const name of rolesOf[role]) root.addKey(keys[role], name);
  }
  const metadata = new Metadata(root);
  for (const signer of signers) metadata.sign(signerOf(signer));
  return { version, bytes: encodeMetadata(metadata), metadata };
}

function keyOf({ metadata: { signed }, version }: PublishedRoot, role: KeyRole): Key {
  const names = new Set(rolesOf[role].map((name) => signed.roles[name]?.keyIDs.join()));
  const [id] = names;
  const key = id === undefined ? undefined : signed.keys[id];
  if (names.size === 1 && key !== undefined) return key;
  throw broken(
    version,
    "does not name one key for the root and one for the rest, as those of this command do",
  );
}

function parseRoot(bytes: Uint8Array, version: number): PublishedRoot {
  try {
    const metadata = Metadata.fromJSON(MetadataKind.Root, JSON.parse(new TextDecoder().decode(bytes)));
    if (metadata.signed.version === version) return { version, bytes: Buffer.from(bytes), metadata };
  } catch (cause) {
    throw broken(version, "is no root metadata", cause);
  }
  throw broken(version, "holds another version");
}

function verifyRoot(root: PublishedRoot, by: PublishedRoot): void {
  try {
    by.metadata.verifyDelegate("root", root.metadata);
  } catch (cause) {
    throw broken(root.version, `is not signed by the key of ${by.version}.root.json`, cause);
  }
}

function broken(version: number, problem: string, cause?: unknown): SigningError {
  return new SigningError("root_chain_broken", `${version}.root.json ${problem}. Restore it from a copy.`, {
    cause,
  });
}
