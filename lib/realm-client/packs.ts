import { rmSync } from "node:fs";
import { RealmError } from "../errors.ts";
import type { PackRef } from "../model/wire.ts";
import { drainBody } from "./body.ts";
import { askInOrder, contentFailures } from "./fail-over.ts";
import { createHashedFile } from "./hashed-file.ts";
import { packTimeoutMs } from "./limits.ts";
import { verifyPackSize } from "./packed-pointer.ts";
import { startsLikePage } from "./page.ts";
import { type ParsedAddress, parseRealmAddresses, type RealmAddress } from "./realm-address.ts";
import { readEncoding, readMediaType, readStatus } from "./reply.ts";
import { exchange } from "./safe-fetch.ts";
import type { SafeFetchDeps, SafeRequest } from "./transfer.ts";

/** Where a pack goes, and who is told how many of its bytes have come. */
interface PackTarget {
  toFile: string;
  onReceived?: ((bytes: number) => void) | undefined;
}

/**
 * Writes a pack to a new file, byte for byte as the realm serves it: as many bytes as the pointer declares and
 * with its SHA-256, or there is no such file afterwards. A pack is named by its content, so a mirror may give it
 * also when the realm itself has not got it.
 *
 * @throws RealmError `pack_missing`, `pack_corrupt`, `too_large` for a declared size, and all that `safeFetch`
 *   throws; a system error when the file cannot be written
 */
export async function fetchPack(
  realm: RealmAddress,
  ref: PackRef,
  target: PackTarget,
  signal: AbortSignal | undefined,
  deps: SafeFetchDeps,
): Promise<void> {
  verifyPackSize(ref, deps.limits, `The pack ${shortName(ref)}`);
  await askInOrder(parseRealmAddresses(realm), contentFailures, signal, async (address) => {
    try {
      await download(address, ref, target, signal, deps);
    } catch (error) {
      rmSync(target.toFile, { force: true });
      throw error;
    }
  });
}

async function download(
  address: ParsedAddress,
  ref: PackRef,
  { toFile, onReceived }: PackTarget,
  signal: AbortSignal | undefined,
  deps: SafeFetchDeps,
): Promise<void> {
  const url = address.toFileUrl(`packs/${ref.sha256}.ndjson.gz`);
  const request: SafeRequest = {
    url,
    where: `packs/${shortName(ref)}.ndjson.gz at ${url.host}`,
    apiKey: address.apiKey,
    isPinned: address.isPinned,
    // The pack is gzip by itself, and its digest is over that.
    acceptEncoding: "identity",
    maxBytes: ref.bytes,
    timeoutMs: packTimeoutMs(deps.limits, ref.bytes),
    signal,
  };
  await exchange(request, deps, async (response, cutoff) => {
    if (readStatus(response, request, deps) !== "body") throw missing(request, "does not exist");
    // A host that names the file's own gzip as an encoding sends the same bytes.
    readEncoding(response, request);
    const isHtml = readMediaType(response) === "text/html";
    using file = createHashedFile(toFile);
    // Counted here: to a longer body the answer is not that it is large, but that it is another one.
    const rules = { ...deps.limits, maxBytes: Number.POSITIVE_INFINITY, where: request.where };
    await drainBody(response.body, rules, cutoff, (chunk) => {
      if (file.bytes === 0 && isHtml && startsLikePage(chunk)) {
        throw missing(request, "was answered with a web page");
      }
      if (file.bytes + chunk.byteLength > ref.bytes) throw corrupt(request, `more than ${ref.bytes} bytes`);
      file.add(chunk);
      onReceived?.(file.bytes);
    });
    if (file.bytes < ref.bytes) throw corrupt(request, `${file.bytes} bytes where ${ref.bytes} are declared`);
    if (file.sha256() !== ref.sha256) throw corrupt(request, "another SHA-256 than its name says");
  });
}

function shortName({ sha256 }: PackRef): string {
  return `${sha256.slice(0, 12)}…`;
}

function missing({ where }: SafeRequest, found: string): RealmError {
  return new RealmError(
    "pack_missing",
    `${where} ${found}, though the realm's pointer names it. A cache may lag behind; it is tried again later.`,
  );
}

function corrupt({ where }: SafeRequest, found: string): RealmError {
  return new RealmError("pack_corrupt", `${where} has ${found}. It was changed or cut on the way.`);
}
