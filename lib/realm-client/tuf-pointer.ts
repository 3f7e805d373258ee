import type { TargetFile } from "@tufjs/models";
import { RealmError } from "../errors.ts";
import { hashSchema } from "../model/kata.ts";
import type { PackedRealm } from "../model/wire.ts";
import { sha256Hex } from "../trust/digest.ts";
import { scanJson } from "./json-scan.ts";
import { defaultLimits } from "./limits.ts";
import { parsePackedPointer } from "./packed-pointer.ts";
import { POINTER_FILE, type StagedCache } from "./tuf-cache.ts";
import { MAX_FILE_BYTES, type TufTransport } from "./tuf-transport.ts";

/**
 * The bytes that the realm's keys signed as its pointer: those of the cache while they are the same, else those
 * served under their hash, where a client with the older timestamp still finds the older pointer.
 *
 * @param target what the signed metadata says of `realm.json`; undefined when it names none
 * @throws RealmError `invalid_document`, `too_large`, `metadata_missing`, `signature_invalid`, and what the
 *   transfer throws
 */
export async function fetchTarget(
  target: TargetFile | undefined,
  cache: Pick<StagedCache, "read">,
  transport: TufTransport,
): Promise<Uint8Array> {
  const sha256 = target?.hashes.sha256;
  if (target === undefined || !hashSchema.safeParse(sha256).success) {
    throw new RealmError(
      "invalid_document",
      `The keys of ${transport.host} sign no ${POINTER_FILE} with a SHA-256.`,
    );
  }
  if (target.length > MAX_FILE_BYTES) {
    throw new RealmError(
      "too_large",
      `${POINTER_FILE} at ${transport.host} has ${target.length} bytes; at most ${MAX_FILE_BYTES} are accepted.`,
    );
  }
  const cached = cache.read(POINTER_FILE);
  if (cached !== undefined && sha256Hex(cached) === sha256) return cached;
  const file = `${sha256}.${POINTER_FILE}`;
  const where = `${String(sha256).slice(0, 12)}….${POINTER_FILE} at ${transport.host}`;
  const bytes = await transport.fetch(file);
  if (bytes === undefined) {
    throw new RealmError(
      "metadata_missing",
      `${where} does not exist, and the signed metadata names it. A cache may lag behind.`,
    );
  }
  await verifyTarget(target, bytes, where);
  return bytes;
}

/** Length and every hash that is listed: one of an algorithm that nobody knows here cannot be checked, so it fails. */
async function verifyTarget(target: TargetFile, bytes: Uint8Array, where: string): Promise<void> {
  const { Readable } = await import("node:stream");
  try {
    await target.verify(Readable.from([bytes]));
  } catch (error) {
    throw new RealmError(
      "signature_invalid",
      `${where} is not the file that the realm's keys signed: its length or a hash differs.`,
      { cause: error },
    );
  }
}

/**
 * Reads a signed pointer, whose bytes are verified. The keys may sign for several realms, so whose it is counts.
 *
 * @throws RealmError `not_json`, `unsupported_format`, `wrong_realm`, `invalid_document`, `too_large`
 */
export function parseSignedPointer(bytes: Uint8Array, realmId: string, host: string): PackedRealm {
  const where = `${POINTER_FILE} at ${host}`;
  scanJson(bytes, { ...defaultLimits, maxRowBytes: MAX_FILE_BYTES }, where);
  const pointer = parsePackedPointer(parseJson(bytes, where), defaultLimits, where);
  if (pointer.realm === realmId) return pointer;
  throw new RealmError(
    "wrong_realm",
    `${where} belongs to the realm ${pointer.realm}; ${realmId} was asked for. Its keys may be right, but for another realm.`,
  );
}

function parseJson(bytes: Uint8Array, where: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // The parser's own message repeats a piece of what was sent, so it is not kept as the cause.
    throw new RealmError("not_json", `${where} is signed and is not JSON.`);
  }
}
