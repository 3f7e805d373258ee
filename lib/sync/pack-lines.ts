import { closeSync, openSync, readSync } from "node:fs";
import { RealmError } from "../errors.ts";

/** A pack that was verified and unpacked. */
export interface RawPack {
  /** What messages call it. */
  name: string;
  path: string;
}

const CHUNK_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;

/**
 * The lines of a pack, without their line feeds and each only valid until the next is asked for. Synchronous, for
 * use inside a transaction: one chunk of the file is in memory. The file is closed when the loop over it ends, in
 * whatever way.
 *
 * @throws RealmError `too_large` as soon as a line is longer than `maxLineBytes`, `pack_corrupt` when the last
 *   line has no line feed
 */
export function* readPackLines({ name, path }: RawPack, maxLineBytes: number): Generator<Uint8Array> {
  const file = openSync(path, "r");
  const buffer = new Uint8Array(CHUNK_BYTES + maxLineBytes);
  let kept = 0;
  try {
    for (;;) {
      const readBytes = readSync(file, buffer, kept, CHUNK_BYTES, null);
      if (readBytes === 0) break;
      const filled = buffer.subarray(0, kept + readBytes);
      let start = 0;
      for (let end = filled.indexOf(LINE_FEED, kept); end !== -1; end = filled.indexOf(LINE_FEED, start)) {
        if (end - start > maxLineBytes) throw tooLong(name, maxLineBytes);
        yield filled.subarray(start, end);
        start = end + 1;
      }
      kept = filled.byteLength - start;
      if (kept > maxLineBytes) throw tooLong(name, maxLineBytes);
      buffer.copyWithin(0, start, filled.byteLength);
    }
    if (kept > 0) throw new RealmError("pack_corrupt", `The pack ${name} ends in the middle of a line.`);
  } finally {
    closeSync(file);
  }
}

function tooLong(name: string, maxLineBytes: number): RealmError {
  return new RealmError("too_large", `A line of the pack ${name} has more than ${maxLineBytes} bytes.`);
}
