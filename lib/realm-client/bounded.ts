import { RealmError } from "../errors.ts";
import { askInOrder, wayFailures } from "./fail-over.ts";
import { parseRealmAddresses, type RealmAddress } from "./realm-address.ts";
import { safeFetch } from "./safe-fetch.ts";
import type { SafeFetchDeps } from "./transfer.ts";

export interface FileLimits {
  maxBytes: number;
  /** Milliseconds for the whole file. Default: that of a pointer. */
  timeoutMs?: number;
  /** Told what time the host says it is, in milliseconds since 1970, where its answer does. */
  noteHostTime?: (ms: number) => void;
}

/**
 * The bytes of one of a realm's files, undefined when there is none: from its own address, or from a mirror where
 * that cannot be reached. They are not verified here.
 *
 * @param path below the realm's url: `metadata/1.root.json`
 * @throws RealmError `invalid_url` for a path that could lead elsewhere, and all that `safeFetch` throws
 */
export async function fetchBounded(
  realm: RealmAddress,
  path: string,
  { maxBytes, timeoutMs, noteHostTime }: FileLimits,
  signal: AbortSignal | undefined,
  deps: SafeFetchDeps,
): Promise<Uint8Array | undefined> {
  if (!isPlainPath(path)) {
    throw new RealmError("invalid_url", "The path of a realm's file may hold plain file names only.");
  }
  return askInOrder(parseRealmAddresses(realm), wayFailures, signal, async (address) => {
    const url = address.toFileUrl(path);
    const reply = await safeFetch(
      {
        url,
        where: `${path} at ${url.host}`,
        apiKey: address.apiKey,
        isPinned: address.isPinned,
        maxBytes,
        timeoutMs: timeoutMs ?? deps.limits.pointerTimeoutMs,
        signal,
      },
      deps,
    );
    if (reply.kind !== "unchanged" && reply.hostTime !== undefined) noteHostTime?.(reply.hostTime);
    return reply.kind === "body" ? reply.bytes : undefined;
  });
}

/** Names as this pack's own files have them; none begins with a dot, so none leads upwards. */
function isPlainPath(path: string): boolean {
  return path.split("/").every((name) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name));
}
