import { createHash } from "node:crypto";
import type { PackedRealm } from "../../lib/model/wire.ts";

/*
 * A client written from the format's text alone, as plainly as can be, to hold the publisher against.
 */

/** Lines by `name@version`. */
export type Copy = Map<string, string>;
/** The lines of a pack. */
export type ReadPack = (sha256: string) => string[];

/** What a client that is at publish `seq` with this copy has after it read the pointer. */
export function referenceSync(copy: Copy, seq: number, pointer: PackedRealm, read: ReadPack): Copy {
  const baseBytes = pointer.base.reduce((sum, { bytes }) => sum + bytes, 0);
  const [delta] = pointer.deltas.filter(({ from }) => from <= seq).sort((a, b) => b.from - a.from);
  const takesDelta = delta !== undefined && delta.bytes <= baseBytes;
  const lines = takesDelta ? read(delta.sha256) : pointer.base.flatMap(({ sha256 }) => read(sha256));
  const result: Copy = takesDelta ? new Map(copy) : new Map();
  for (const line of lines) {
    const { name, version } = JSON.parse(line);
    result.set(`${name}@${version}`, line);
  }
  return result;
}

/** The state of these lines, after the format's own words. */
export function referenceState(lines: Iterable<string>): string {
  const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest();
  const buckets: Buffer[][] = Array.from({ length: 4096 }, () => []);
  for (const line of lines) {
    const { name, version } = JSON.parse(line);
    const first = sha256(`${name}@${version}`);
    const bucket = ((first[0] ?? 0) << 4) | ((first[1] ?? 0) >> 4);
    buckets[bucket]?.push(sha256(line));
  }
  return sha256(
    Buffer.concat(buckets.map((digests) => sha256(Buffer.concat(digests.sort(Buffer.compare))))),
  ).toString("hex");
}
