import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { RegistryError } from "../../lib/errors.ts";
import { toPackLine } from "../../lib/model/pack-row.ts";
import type { PackRow } from "../../lib/model/wire.ts";
import { createBaseBuckets } from "../../lib/registry/base-buckets.ts";
import { includesDigest, sortDigests, splitDigests } from "../../lib/registry/digest-list.ts";
import { createPackIndex, type PackUpdate } from "../../lib/registry/pack-index.ts";
import { RealmsRegistry } from "../../lib/registry/registry.ts";
import { bucketDigest, rowDigest, stateOf } from "../../lib/trust/state.ts";
import { type Draft, draftOf, stateOfRows } from "../support/packed-realm.ts";
import { codeOf } from "../support/throws.ts";
import { hashOf, realmOf, START } from "./world.ts";

const team = realmOf("team");

function createIndex() {
  const db = new Database(":memory:", { strict: true });
  const clock = { now: () => START };
  const registry = new RealmsRegistry(db, { clock });
  registry.registerRealm(team);
  return { db, registry, packs: createPackIndex(db, clock) };
}

/** Rows as publish `seq` would bring them, in an update that promises what it keeps. */
function updateOf(kind: PackUpdate["kind"], seq: number, rows: PackRow[], all = rows): PackUpdate {
  return {
    realm: team,
    kind,
    rows: rows.map((row) => ({ row, digest: rowDigest(toPackLine(row)) })),
    target: { seq, state: stateOfRows(all), rows: all.length, pointerHash: hashOf(`pointer ${seq}`) },
    validator: { path: "realm.json", etag: `"${seq}"` },
  };
}

const rowOf = (name: string, extra: Partial<Draft> = {}, seq = 1): PackRow => ({
  ...draftOf(name, "v1", extra),
  seq,
});

const tables = [
  "realm_kata_index",
  "realm_katas",
  "realm_kata_chunks",
  "realm_states",
  "realm_buckets",
  "realm_validators",
];

const dump = (db: Database) => tables.map((table) => db.query(`SELECT * FROM ${table}`).all());

describe("digests", () => {
  const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });

  test("are sorted in place bytewise, and found in there and nowhere else", () => {
    fc.assert(
      fc.property(fc.array(digest, { maxLength: 50 }), digest, (digests, other) => {
        const block = Buffer.concat(digests);
        sortDigests(block);
        expect(splitDigests(block).map(toHex)).toEqual(digests.map(toHex).sort());
        for (const one of digests) expect(includesDigest(block, one)).toBe(true);
        expect(includesDigest(block, other)).toBe(digests.some((one) => Buffer.compare(one, other) === 0));
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test("gathered in any order, in few buckets or many, come to the state of the format", () => {
    const rows = fc.array(fc.tuple(fc.nat(4095), digest), { maxLength: 60 });
    fc.assert(
      fc.property(rows, (rows) => {
        const buckets = createBaseBuckets(rows.length);
        const expected = new Map<number, Uint8Array[]>();
        for (const [bucket, digest] of rows) {
          buckets.put(bucket, digest);
          expected.set(bucket, [...(expected.get(bucket) ?? []), digest]);
        }
        const digests = new Map(expected.entries().map(([bucket, rows]) => [bucket, bucketDigest(rows)]));
        expect(buckets.state()).toBe(stateOf(digests));
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  test("of the first and the last bucket, and of thousands in one, are kept apart", () => {
    const digests = Array.from({ length: 3000 }, (_, i) => rowDigest(String(i)));
    const buckets = createBaseBuckets(digests.length);
    for (const [i, digest] of digests.entries()) buckets.put(i === 0 ? 0 : 4095, digest);
    const last = digests.slice(1);
    expect(buckets.state()).toBe(
      stateOf(
        new Map([
          [0, bucketDigest(digests.slice(0, 1))],
          [4095, bucketDigest(last)],
        ]),
      ),
    );
    expect(buckets.has(4095, last.at(-1) ?? new Uint8Array())).toBe(true);
    expect(buckets.has(0, last.at(-1) ?? new Uint8Array())).toBe(false);
  });

  test("are not more than were announced", () => {
    const buckets = createBaseBuckets(1);
    buckets.put(1, rowDigest("a"));
    expect(() => buckets.put(1, rowDigest("b"))).toThrow(RangeError);
  });
});

describe("applying packs", () => {
  test("stores rows, buckets, state and validator together", () => {
    const { packs, registry, db } = createIndex();
    const update = updateOf("base", 3, [rowOf("a.one"), rowOf("a.two")]);
    expect(packs.apply(update)).toEqual({ added: 2, updated: 0, withdrawn: 0, unchanged: 0 });
    expect(packs.find("team")).toEqual(update.target);
    expect(registry.getRealmValidator("team")).toEqual({ path: "realm.json", etag: '"3"' });
    expect(db.query("SELECT count(*) AS n FROM realm_buckets").get()).toEqual({ n: 2 });
  });

  test("a base that is applied again changes nothing and counts every row as unchanged", () => {
    const { packs, db } = createIndex();
    const update = updateOf("base", 1, [rowOf("a.one"), rowOf("a.two")]);
    packs.apply(update);
    const before = dump(db);
    expect(packs.apply(update)).toEqual({ added: 0, updated: 0, withdrawn: 0, unchanged: 2 });
    expect(dump(db)).toEqual(before);
  });

  test("a delta writes the rows and buckets that it touches and no others", () => {
    const { packs, db } = createIndex();
    const rows = Array.from({ length: 200 }, (_, i) => rowOf(`a.kata${1000 + i}`));
    packs.apply(updateOf("base", 1, rows));
    const before = db.query<{ total: number }, []>("SELECT total_changes() AS total").get()?.total ?? 0;
    const changed = rowOf("a.kata1007", { status: "deprecated", reason: "old" }, 2);
    const all = rows.map((row) => (row.name === changed.name ? changed : row));
    const changes = packs.apply(updateOf("delta", 2, [changed], all));
    expect(changes).toEqual({ added: 0, updated: 1, withdrawn: 0, unchanged: 199 });
    const after = db.query<{ total: number }, []>("SELECT total_changes() AS total").get()?.total ?? 0;
    // The row, a bucket, the state, the validator; the kata's texts leave a chunk and are a new one.
    expect(after - before).toBe(8);
  });

  test.each(["base", "delta"] as const)(
    "a %s that does not come to its state leaves nothing of itself",
    (kind) => {
      const { packs, db } = createIndex();
      packs.apply(updateOf("base", 1, [rowOf("a.one")]));
      const before = dump(db);
      const update = updateOf(kind, 2, [rowOf("a.one"), rowOf("a.two", {}, 2)]);
      const wrong = { ...update, target: { ...update.target, state: hashOf("another state") } };
      expect(codeOf(() => packs.apply(wrong), RegistryError)).toBe("state_mismatch");
      expect(dump(db)).toEqual(before);
    },
  );

  test("deltas follow each other, also over the same rows", () => {
    const { packs } = createIndex();
    const [one, two] = [rowOf("a.one"), rowOf("a.two")];
    packs.apply(updateOf("base", 1, [one, two]));
    for (const seq of [2, 3, 4]) {
      const next = rowOf("a.one", { status: "deprecated", reason: `reason ${seq}` }, seq);
      expect(packs.apply(updateOf("delta", seq, [next], [next, two]))).toMatchObject({ updated: 1 });
    }
  });

  test("rows that cannot be read to their end leave nothing of themselves", () => {
    const { packs, db } = createIndex();
    packs.apply(updateOf("base", 1, [rowOf("a.one")]));
    const before = dump(db);
    const update = updateOf("base", 2, [rowOf("a.one"), rowOf("a.two")]);
    function* rows() {
      yield* update.rows;
      throw new Error("the disk is gone");
    }
    expect(() => packs.apply({ ...update, rows: rows() })).toThrow("the disk is gone");
    expect(dump(db)).toEqual(before);
  });

  test("one realm's rows, buckets and state are nothing to another's", () => {
    const { packs, registry } = createIndex();
    const other = realmOf("other");
    registry.registerRealm(other);
    packs.apply(updateOf("base", 1, [rowOf("a.one")]));
    packs.apply({ ...updateOf("base", 7, [rowOf("b.one"), rowOf("b.two")]), realm: other });
    const next = [rowOf("a.one"), rowOf("a.two", {}, 2)];
    expect(packs.apply(updateOf("delta", 2, next.slice(1), next))).toMatchObject({ added: 1, unchanged: 1 });
    expect(packs.find("other")?.seq).toBe(7);
    expect(registry.countVersions("other")).toBe(2);
  });
});

describe("a realm that is gone", () => {
  test("takes its state, its buckets and the evidence against it along", () => {
    const { packs, registry, db } = createIndex();
    packs.apply(updateOf("base", 1, [rowOf("a.one")]));
    packs.keepEvidence("team", {
      seq: 1,
      accepted: packs.find("team") ?? {},
      other: { pointerHash: hashOf("other pointer"), state: hashOf("other state") },
    });
    registry.removeRealm("team");
    for (const table of [...tables, "realm_equivocations"]) {
      expect(db.query(`SELECT * FROM ${table} WHERE realm_id = 'team'`).all()).toEqual([]);
    }
    expect(packs.find("team")).toBeUndefined();
  });

  test("may be added again with a lower publish number: a person has reset it", () => {
    const { packs, registry } = createIndex();
    packs.apply(updateOf("base", 9, [rowOf("a.one")]));
    registry.removeRealm("team");
    registry.registerRealm(team);
    expect(packs.apply(updateOf("base", 1, [rowOf("a.one")]))).toMatchObject({ added: 1 });
  });
});

describe("what is noted without packs", () => {
  test("is written only where something differs", () => {
    const { packs, db } = createIndex();
    const changesOf = (act: () => void) => {
      const total = () => db.query<{ n: number }, []>("SELECT total_changes() AS n").get()?.n ?? 0;
      const before = total();
      act();
      return total() - before;
    };
    const state = { seq: 1, state: hashOf("state"), pointerHash: hashOf("pointer") };
    const validator = { path: "realm.json", etag: '"a"' };
    expect(changesOf(() => packs.notePointer(team, state, validator))).toBe(2);
    expect(changesOf(() => packs.notePointer(team, state, validator))).toBe(0);
    expect(changesOf(() => packs.notePointer(team, state, { ...validator, etag: '"b"' }))).toBe(2);
    expect(changesOf(() => packs.noteSeq("other", 4))).toBe(1);
    expect(changesOf(() => packs.noteSeq("other", 4))).toBe(0);
    expect(changesOf(() => packs.forgetPacks("other"))).toBe(0);
  });

  test("a realm that leaves its packs keeps its publish number and its rows", () => {
    const { packs, registry, db } = createIndex();
    packs.apply(updateOf("base", 5, [rowOf("a.one")]));
    packs.forgetPacks("team");
    expect(packs.find("team")).toEqual({ seq: 5 });
    expect(registry.countVersions("team")).toBe(1);
    expect(db.query("SELECT count(*) AS n FROM realm_buckets").get()).toEqual({ n: 0 });
    expect(db.query("SELECT count(row_digest) AS n FROM realm_kata_index").get()).toEqual({ n: 0 });
  });
});

function toHex(digest: Uint8Array): string {
  return Buffer.from(digest).toString("hex");
}
