import { closeSync, createReadStream, openSync, writeSync } from "node:fs";
import { RealmError } from "../errors.ts";
import type { PackRef } from "../model/wire.ts";

/** Large enough to be fast, and all that is in memory of a pack at a time. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Unpacks a verified pack into a new file. As many bytes come out as the pointer declares: counted as they come, so
 * that a bomb costs no more than what was announced. Every byte of it is part of the gzip.
 *
 * @throws RealmError `pack_corrupt`; a system error when a file cannot be read or written; the signal's reason
 */
export async function inflatePack(
  packFile: string,
  toFile: string,
  ref: PackRef,
  signal: AbortSignal,
): Promise<void> {
  const [{ pipeline }, { createGunzip }] = await Promise.all([
    import("node:stream/promises"),
    import("node:zlib"),
  ]);
  const file = openSync(toFile, "wx", 0o600);
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  let rawBytes = 0;
  try {
    await pipeline(
      createReadStream(packFile, { highWaterMark: CHUNK_BYTES }),
      gunzip,
      async (chunks: AsyncIterable<Uint8Array>) => {
        for await (const chunk of chunks) {
          rawBytes += chunk.byteLength;
          if (rawBytes > ref.rawBytes) throw corrupt(ref, `more than ${ref.rawBytes} bytes`);
          for (let done = 0; done < chunk.byteLength; ) done += writeSync(file, chunk, done);
        }
      },
      { signal },
    );
  } catch (error) {
    signal.throwIfAborted();
    throw isGzipError(error) ? corrupt(ref, "something that is not gzip", error) : error;
  } finally {
    closeSync(file);
  }
  // Zeros behind its end are no part of the gzip, and which pack it is would be a matter of taste.
  if (gunzip.bytesWritten !== ref.bytes) throw corrupt(ref, "less than all of its bytes");
  if (rawBytes !== ref.rawBytes) throw corrupt(ref, `${rawBytes} bytes where ${ref.rawBytes} are declared`);
}

/** A gzip that ends before its file does sometimes breaks the pipeline off, and nobody asked for that. */
function isGzipError(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^(Z_|ERR_|ABORT_ERR|zlib)/.test(String(error.code));
}

function corrupt({ sha256 }: PackRef, found: string, cause?: unknown): RealmError {
  return new RealmError("pack_corrupt", `The pack ${sha256.slice(0, 12)}… unpacks to ${found}.`, { cause });
}
