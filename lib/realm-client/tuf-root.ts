import { RealmError } from "../errors.ts";
import { sha256Hex } from "../trust/digest.ts";
import { type RootPin, verifyFirstRoot } from "../trust/root-pin.ts";
import type { SignedState } from "../trust/signed-state.ts";
import { unsignedAfterSigned } from "../trust/trust-level.ts";
import { startsLikePage } from "./page.ts";
import type { RealmAddress } from "./realm-address.ts";
import { FIRST_ROOT_FILE, type StagedCache } from "./tuf-cache.ts";
import { createTufTransport, type FetchBounded, type TufTransport } from "./tuf-transport.ts";

/**
 * What a realm that is met for the first time serves as its first root; undefined when it is not signed. A page
 * counts as nothing: many hosts answer so for what does not exist.
 *
 * @throws RealmError what a transfer throws
 */
export async function findFirstRoot(
  realm: RealmAddress,
  fetchBounded: FetchBounded,
  signal?: AbortSignal,
): Promise<Uint8Array | undefined> {
  const bytes = await fetchFirstRoot(createTufTransport(realm, fetchBounded, signal));
  return bytes === undefined || bytes.byteLength === 0 || startsLikePage(bytes) ? undefined : bytes;
}

export interface RootSources {
  known: SignedState | undefined;
  pin: RootPin;
  /** Bytes that were fetched already. */
  firstRoot: Uint8Array | undefined;
}

/**
 * Puts the root that an update starts from into the cache: the one it ended with last time if that is whole, else
 * the first one, from where every later root is found again. So a cut `root.json` heals, and an edited one is not
 * believed.
 *
 * @returns the realm's fingerprint
 * @throws RealmError `signature_required`, `unsigned_after_signed`, `root_mismatch`, and what a transfer throws
 */
export async function placeRoot(
  { known, pin, firstRoot }: RootSources,
  cache: Pick<StagedCache, "read" | "write">,
  transport: TufTransport,
): Promise<string> {
  const kept = cache.read(FIRST_ROOT_FILE);
  const isKept = kept !== undefined && sha256Hex(kept) === pin.fingerprint;
  const first = isKept ? kept : (firstRoot ?? (await fetchFirstRoot(transport)));
  if (first === undefined) throw noRoot(known, transport.host);
  const fingerprint = verifyFirstRoot(first, pin, transport.host);
  cache.write(FIRST_ROOT_FILE, first);

  const current = cache.read("root.json");
  const isWhole = current !== undefined && sha256Hex(current) === known?.currentRoot;
  if (!isWhole || known?.root !== fingerprint) cache.write("root.json", first);
  return fingerprint;
}

function fetchFirstRoot(transport: TufTransport): Promise<Uint8Array | undefined> {
  return transport.fetch("metadata/1.root.json").catch((error: unknown) => {
    // Object stores that may not list their folders answer so for what is not there.
    if (error instanceof RealmError && error.status === 403) return undefined;
    throw error;
  });
}

function noRoot(known: SignedState | undefined, host: string): RealmError {
  if (known !== undefined) return unsignedAfterSigned(known.root);
  return new RealmError(
    "signature_required",
    `${host} serves no metadata/1.root.json, and the realm is pinned to a root. Nothing unsigned is accepted from it.`,
  );
}
