import { wireLimits } from "../model/wire.ts";
import type { FileLimits } from "./bounded.ts";
import type { RealmAddress } from "./realm-address.ts";

/** The realm client's transfer of one file: bytes and time limited, redirects judged, the key for its origin. */
export type FetchBounded = (
  realm: RealmAddress,
  path: string,
  limits: FileLimits,
  signal?: AbortSignal,
) => Promise<Uint8Array | undefined>;

/** Gets the files of one realm for one run. */
export interface TufTransport {
  /** For messages. */
  readonly host: string;
  /** The earliest time that the host's answers gave, in milliseconds since 1970. */
  hostTime(): number | undefined;
  /** The file's bytes, at most `maxBytes` and never more than 64 KiB; undefined when it does not exist. */
  fetch(path: string, maxBytes?: number): Promise<Uint8Array | undefined>;
}

/** The limit of each metadata file and of the pointer that they sign. */
export const MAX_FILE_BYTES = wireLimits.maxPointerBytes;

export function createTufTransport(
  realm: RealmAddress,
  fetchBounded: FetchBounded,
  signal: AbortSignal | undefined,
): TufTransport {
  let hostTime: number | undefined;
  const noteHostTime = (ms: number): void => {
    hostTime = Math.min(ms, hostTime ?? ms);
  };
  return {
    host: URL.canParse(realm.url) ? new URL(realm.url).host : realm.id,
    hostTime: () => hostTime,
    fetch: (path, maxBytes = MAX_FILE_BYTES) =>
      fetchBounded(realm, path, { maxBytes: Math.min(maxBytes, MAX_FILE_BYTES), noteHostTime }, signal),
  };
}
