import { RealmError } from "../errors.ts";
import { hashSchema } from "../model/kata.ts";
import { askInOrder, wayFailures } from "./fail-over.ts";
import { startsLikePage } from "./page.ts";
import { type ParsedAddress, parseRealmAddresses, type RealmAddress } from "./realm-address.ts";
import { safeFetch } from "./safe-fetch.ts";
import type { SafeFetchDeps } from "./transfer.ts";

/**
 * The bytes that a realm serves as `katas/<sourceHash>.kata`, at most 256 KiB, or one of its mirrors where it
 * cannot. They are not verified here: that is for the caller, against what the person approved.
 *
 * @throws RealmError `not_found`, `invalid_document` for a hash that is none, and all that `safeFetch` throws
 */
export async function fetchSource(
  realm: RealmAddress,
  sourceHash: string,
  signal: AbortSignal | undefined,
  deps: SafeFetchDeps,
): Promise<Uint8Array> {
  if (!hashSchema.safeParse(sourceHash).success) {
    throw new RealmError("invalid_document", "The source's hash is not a SHA-256 in lower-case hex.");
  }
  return askInOrder(parseRealmAddresses(realm), [...wayFailures, "not_found"], signal, (address) =>
    download(address, sourceHash, signal, deps),
  );
}

async function download(
  { apiKey, isPinned, toFileUrl }: ParsedAddress,
  sourceHash: string,
  signal: AbortSignal | undefined,
  deps: SafeFetchDeps,
): Promise<Uint8Array> {
  const url = toFileUrl(`katas/${sourceHash}.kata`);
  const where = `katas/${sourceHash.slice(0, 12)}….kata at ${url.host}`;
  const reply = await safeFetch(
    {
      url,
      where,
      apiKey,
      isPinned,
      maxBytes: deps.limits.maxSourceBytes,
      timeoutMs: deps.limits.sourceTimeoutMs,
      signal,
    },
    deps,
  );
  if (reply.kind === "body" && !isPage(reply)) return reply.bytes;
  const found = reply.kind === "body" ? "was answered with a web page" : "does not exist";
  throw new RealmError(
    "not_found",
    `${where} ${found}. The realm lists the kata but does not serve its source.`,
  );
}

/**
 * A host that answers every unknown path with its page and 200, or a captive portal. Reported as a missing file,
 * because a hash mismatch would read like tampering. The type alone is not enough: some hosts call any file HTML.
 */
function isPage({ mediaType, bytes }: { mediaType: string; bytes: Uint8Array }): boolean {
  return mediaType === "text/html" && startsLikePage(bytes);
}
