import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import {
  BUCKETS,
  bucketDigest,
  bucketOf,
  rowDigest,
  sortedBucketDigest,
  stateOf,
} from "../../lib/trust/state.ts";

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest();

/** As the format says it, word by word. */
function stateByTheFormat(lines: ReadonlyArray<{ id: string; line: string }>): string {
  const buckets = Array.from({ length: 4096 }, (_, bucket) => {
    const inBucket = lines.filter(
      ({ id }) => Number.parseInt(sha256(id).toString("hex").slice(0, 3), 16) === bucket,
    );
    return sha256(Buffer.concat(inBucket.map(({ line }) => sha256(line)).sort(Buffer.compare)));
  });
  return sha256(Buffer.concat(buckets)).toString("hex");
}

const lines = Array.from({ length: 30 }, (_, i) => ({ id: `a.kata${i}@v1`, line: `{"name":"a.kata${i}"}` }));

function stateOfLines(given: typeof lines): string {
  const digests = new Map<number, Uint8Array[]>();
  for (const { id, line } of given) {
    const [name = "", version = ""] = id.split("@");
    const bucket = bucketOf(name, version);
    digests.set(bucket, [...(digests.get(bucket) ?? []), rowDigest(line)]);
  }
  return stateOf(new Map(digests.entries().map(([bucket, rows]) => [bucket, bucketDigest(rows)])));
}

describe("the state of a realm", () => {
  test("is what the format says", () => {
    expect(stateOfLines(lines)).toBe(stateByTheFormat(lines));
  });

  test("without rows is this one, for every client there is", () => {
    expect(stateOf(new Map())).toBe("f5034e4f69a7ccf4733cb59dd015bc0706cfecac7195be643399136f3d44c5e5");
  });

  test("does not depend on the order of rows, and changes with each of them", () => {
    expect(stateOfLines(lines.toReversed())).toBe(stateOfLines(lines));
    expect(stateOfLines(lines.slice(1))).not.toBe(stateOfLines(lines));
    const changed = lines.map((one, i) => (i === 7 ? { ...one, line: `${one.line} ` } : one));
    expect(stateOfLines(changed)).not.toBe(stateOfLines(lines));
  });

  test("has a bucket for the first 12 bits of a digest, from 0 to 4095", () => {
    expect(BUCKETS).toBe(4096);
    const buckets = Array.from({ length: 50_000 }, (_, i) => bucketOf(`a.kata${i}`, "v1"));
    expect(Math.min(...buckets)).toBe(0);
    expect(Math.max(...buckets)).toBe(4095);
  });

  test("of a bucket is over sorted digests, whether they are sorted here or were before", () => {
    const digests = ["a", "b", "c", "d"].map((text) => rowDigest(text));
    const sorted = digests.toSorted(Buffer.compare);
    expect(digests).not.toEqual(sorted);
    expect(bucketDigest(digests)).toEqual(sha256(Buffer.concat(sorted)));
    expect(sortedBucketDigest(Buffer.concat(sorted))).toEqual(bucketDigest(digests));
  });
});
