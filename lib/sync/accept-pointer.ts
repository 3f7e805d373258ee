import type { KnownPointer, PointerFetch, RealmAddress, RealmClient } from "../realm-client/client.ts";
import { findFirstRoot } from "../realm-client/tuf-root.ts";
import { type RealmTrust, realmTrustSchema, signingOf } from "../trust/trust-level.ts";

export interface AcceptPointerDeps {
  client: Pick<RealmClient, "fetchPointer" | "fetchBounded">;
  /** Where the realm's metadata is cached. */
  metadataDir: string;
  /** Milliseconds since 1970: the one time of this run. */
  now: number;
}

/** What is known of a realm before it is asked. */
export interface KnownRealm {
  /** What the registry remembers of its signatures; undefined when it is met for the first time. */
  trust: RealmTrust | undefined;
  pointer: KnownPointer;
}

export interface AcceptedRealm {
  fetched: PointerFetch;
  /** What the registry is to remember from now on. */
  trust: RealmTrust;
}

/**
 * What a realm says now, read signed where it must be. A realm that is met for the first time is asked for its
 * first root once; one that is read unsigned and names a root has become signed, and is read so from then on.
 *
 * @throws RealmError what `fetchPointer` and `fetchSignedPointer` throw
 */
export async function acceptPointer(
  deps: AcceptPointerDeps,
  realm: RealmAddress,
  known: KnownRealm,
  signal?: AbortSignal,
): Promise<AcceptedRealm> {
  const signing = signingOf(realm.root, known.trust);
  if (signing === "signed") return acceptSigned(deps, realm, known, undefined, signal);
  const isMet = signing === "ask";
  const firstRoot = isMet ? await findFirstRoot(realm, deps.client.fetchBounded, signal) : undefined;
  if (firstRoot !== undefined) return acceptSigned(deps, realm, known, firstRoot, signal);

  const fetched = await deps.client.fetchPointer(realm, known.pointer, signal);
  const namesRoot = !isMet && fetched.kind === "packed" && fetched.pointer.root !== undefined;
  const newRoot = namesRoot ? await findFirstRoot(realm, deps.client.fetchBounded, signal) : undefined;
  // A root that is named and not there cannot be read by: the realm goes on being what it was.
  if (newRoot === undefined) return { fetched, trust: { trust: "unsigned" } };
  return acceptSigned(deps, realm, known, newRoot, signal);
}

async function acceptSigned(
  { client, metadataDir, now }: AcceptPointerDeps,
  realm: RealmAddress,
  { trust }: KnownRealm,
  firstRoot: Uint8Array | undefined,
  signal: AbortSignal | undefined,
): Promise<AcceptedRealm> {
  const known = trust === undefined || trust.trust === "unsigned" ? undefined : trust;
  const { fetchBounded } = client;
  // Only here: a sync of unsigned realms would wait for a library that it has no use for.
  const { fetchSignedPointer } = await import("../realm-client/tuf.ts");
  const signed = await fetchSignedPointer({
    realm,
    metadataDir,
    known,
    firstRoot,
    now,
    fetchBounded,
    signal,
  });
  const { pointer, pointerBytes: bytes } = signed;
  // No tag to ask with: whether anything is new is for the timestamp to say.
  const fetched: PointerFetch = { kind: "packed", pointer, bytes, validator: {}, from: realm };
  return { fetched, trust: realmTrustSchema.parse(signed) };
}
