import type { TargetFile } from "@tufjs/models";
import { Updater } from "tuf-js";
import { RealmError } from "../errors.ts";
import type { PackedRealm } from "../model/wire.ts";
import { decidePin } from "../trust/root-pin.ts";
import type { SignedState } from "../trust/signed-state.ts";
import { type SignedTrust, unsignedAfterSigned } from "../trust/trust-level.ts";
import { assertClockNotBehind } from "../trust/tuf-clock.ts";
import { assertNotRolledBack } from "../trust/tuf-floor.ts";
import { toRefusedError } from "../trust/tuf-refusal.ts";
import type { RealmAddress } from "./realm-address.ts";
import { FIRST_ROOT_FILE, metadataFiles, POINTER_FILE, type StagedCache, stageCache } from "./tuf-cache.ts";
import { createTufFetcher, METADATA_BASE_URL } from "./tuf-fetcher.ts";
import { fetchTarget, parseSignedPointer } from "./tuf-pointer.ts";
import { placeRoot } from "./tuf-root.ts";
import { readMetadataState } from "./tuf-state.ts";
import { toFirstRootRefusal, type WatchedStore, watchStore } from "./tuf-store.ts";
import { createTufTransport, type FetchBounded, MAX_FILE_BYTES, type TufTransport } from "./tuf-transport.ts";

export interface SignedPointerRequest {
  realm: RealmAddress;
  /** See {@link metadataDirFor}. Nobody else may use it meanwhile. */
  metadataDir: string;
  /**
   * What the registry remembers of the realm. Without it the realm is met for the first time: the cache is not
   * looked at, since nothing says how old a state it may hold.
   */
  known: SignedState | undefined;
  /** Bytes of `metadata/1.root.json`, when they were just fetched to see whether the realm is signed. */
  firstRoot?: Uint8Array | undefined;
  /** Milliseconds since 1970: the one time of this run. */
  now: number;
  fetchBounded: FetchBounded;
  signal?: AbortSignal | undefined;
}

/** A pointer that the realm's keys signed, and what is to be remembered of it. */
export interface SignedPointer extends SignedTrust {
  pointerBytes: Uint8Array;
  pointer: PackedRealm;
}

/**
 * Reads a signed realm's pointer by The Update Framework's client workflow (specification 1.0, 5), under the
 * byte, time, redirect and credential limits of the realm client. The one target is `realm.json`. It returns only
 * what is signed by the right keys, not expired at `now`, and no older than `known`.
 *
 * @throws RealmError `root_mismatch`, `root_probe_broken`, `signature_required`, `unsigned_after_signed`,
 *   `signature_invalid`, `metadata_mismatch`, `metadata_missing`, `metadata_expired`, `metadata_rolled_back`,
 *   `clock_wrong`, `wrong_realm`, `invalid_document` and what a transfer throws; the signal's own reason
 */
export async function fetchSignedPointer(request: SignedPointerRequest): Promise<SignedPointer> {
  const { realm, known, now, signal } = request;
  const transport = createTufTransport(realm, request.fetchBounded, signal);
  const pin = decidePin(realm.root, known);
  using cache = stageCache(request.metadataDir, known !== undefined);
  const root = await placeRoot({ known, pin, firstRoot: request.firstRoot }, cache, transport);

  let target: TargetFile | undefined;
  try {
    target = await update(request, cache, transport);
  } finally {
    // What the library has verified stays, whatever comes next (TUF 5.3.8, 5.4.5, 5.5.7, 5.6.7).
    cache.commit([FIRST_ROOT_FILE, ...metadataFiles]);
  }
  const pointerBytes = await fetchTarget(target, cache, transport);
  const pointer = parseSignedPointer(pointerBytes, realm.id, transport.host);
  const seen = { ...readMetadataState(cache), root, seq: pointer.seq };
  assertNotRolledBack(seen, known, transport.host);
  assertClockNotBehind(pointer.issued, now, transport.host);

  cache.write(POINTER_FILE, pointerBytes);
  cache.commit([POINTER_FILE]);
  return { ...seen, trust: pin.trust, pointerBytes, pointer };
}

async function update(
  { known, now }: SignedPointerRequest,
  cache: StagedCache,
  transport: TufTransport,
): Promise<TargetFile | undefined> {
  const fetcher = createTufFetcher(transport, (file) => missingFile(file, known, transport.host));
  const facts = () => ({ host: transport.host, now, hostTime: transport.hostTime() });
  const updater = createUpdater(cache.dir, fetcher, facts());
  const store = watchStore(updater, now);
  try {
    await updater.refresh();
    return await updater.getTargetInfo(POINTER_FILE);
  } catch (error) {
    const failure = fetcher.failure();
    if (failure !== undefined) throw failure;
    const refused = store.refusal() ?? toUnexpected(error);
    throw refused === undefined ? error : toRefusedError(refused.refusal, facts(), refused.cause);
  }
}

/**
 * The library reads some members of a snapshot that its format lets be missing, and trips over them. Anything else
 * that is not a refusal, such as a full disk, is no fault of the realm's.
 */
function toUnexpected(error: unknown): ReturnType<WatchedStore["refusal"]> {
  if (!(error instanceof TypeError)) return undefined;
  return { refusal: { role: "snapshot", why: "malformed" }, cause: error };
}

function createUpdater(
  metadataDir: string,
  fetcher: ReturnType<typeof createTufFetcher>,
  facts: Parameters<typeof toRefusedError>[1],
): Updater {
  try {
    return new Updater({
      metadataDir,
      metadataBaseUrl: METADATA_BASE_URL,
      fetcher,
      config: {
        rootMaxLength: MAX_FILE_BYTES,
        timestampMaxLength: MAX_FILE_BYTES,
        snapshotMaxLength: MAX_FILE_BYTES,
        targetsMaxLength: MAX_FILE_BYTES,
        // A sync tries again by itself, later and with pauses that it knows.
        fetchRetry: false,
      },
    });
  } catch (error) {
    throw toRefusedError(toFirstRootRefusal(error), facts, error);
  }
}

function missingFile(file: string, known: SignedState | undefined, host: string): RealmError {
  // Everything starts with the timestamp: a realm without one has no signatures any more.
  if (file === "timestamp.json" && known !== undefined) return unsignedAfterSigned(known.root);
  return new RealmError(
    "metadata_missing",
    `metadata/${file} at ${host} does not exist, though the realm is signed. A cache may lag behind.`,
  );
}
