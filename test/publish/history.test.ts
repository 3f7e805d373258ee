import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { PackedRealm } from "../../lib/model/wire.ts";
import { toPublication } from "../../lib/publish/publication.ts";
import { type PublishedRow, rowKey, toPublishedRow } from "../../lib/publish/published-row.ts";
import { DAY, kata, linesOf, makeRealmFolder, type RealmFolder, START } from "./realm-folder.ts";
import { type Copy, type ReadPack, referenceState, referenceSync } from "./reference-client.ts";

/** One publish: versions of numbered katas that are new, or one that ends. */
type Step =
  | { kind: "publish"; names: number[] }
  | { kind: "end"; which: number; status: "deprecated" | "withdrawn" };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("publish" as const),
    names: fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant("end" as const),
    which: fc.nat(),
    status: fc.constantFrom("deprecated" as const, "withdrawn" as const),
  }),
);

describe("a client of any age reaches the pointer's rows and state", () => {
  test("whatever was published in between", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 9 }), async (steps) => {
        using folder = makeRealmFolder();
        const copies = await publishIntoFolder(folder, [{ kind: "publish", names: [0] }, ...steps]);
        expectAllArrive(folder.pointer(), copies, (sha256) => folder.lines(sha256));
      }),
      { numRuns: 8 },
    );
  }, 20_000);

  test("over any number of publishes", () => {
    void fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 80, size: "max" }), (steps) => {
        const { pointer, copies, read } = publishInMemory(steps);
        expectAllArrive(pointer, copies, read);
      }),
      { numRuns: 40 },
    );
  }, 20_000);

  test("over 700 publishes, from further back than any delta reaches", () => {
    const { pointer, copies, read } = publishInMemory(fc.sample(step, { numRuns: 700, seed: 7 }));
    expect(pointer.seq).toBe(700);
    expect(pointer.deltas.map(({ from }) => 700 - from)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
    expectAllArrive(pointer, copies, read);
  }, 20_000);
});

/** Publishes step by step with the publisher's own use cases. */
async function publishIntoFolder(folder: RealmFolder, steps: readonly Step[]): Promise<Map<number, Copy>> {
  const copies = new Map<number, Copy>([[0, new Map()]]);
  const versions = new Map<number, number>();
  for (const one of steps) {
    if (one.kind === "publish") {
      for (const ref of nextVersions(one.names, versions))
        folder.put(`${ref}.kata`, kata(ref.name, ref.version));
      await folder.build();
    } else {
      const rows = folder.rows().filter(({ status }) => status !== "withdrawn");
      const row = rows[one.which % Math.max(1, rows.length)];
      if (row !== undefined) await folder.end({ kata: rowKey(row), status: one.status, reason: "Because" });
    }
    const lines = folder.pointer().base.flatMap(({ sha256 }) => folder.lines(sha256));
    copies.set(folder.pointer().seq, toCopy(lines));
  }
  return copies;
}

/** Changes rows as the steps say, and publishes what they come to. */
function publishInMemory(steps: readonly Step[]): {
  pointer: PackedRealm;
  copies: Map<number, Copy>;
  read: ReadPack;
} {
  const rows = new Map<string, PublishedRow>();
  const copies = new Map<number, Copy>([[0, new Map()]]);
  const versions = new Map<number, number>();
  for (const [index, one] of steps.entries()) {
    const seq = index + 1;
    const changed = one.kind === "publish" ? newRows(one.names, versions, seq) : endRow(rows, one, seq);
    for (const row of changed) rows.set(rowKey(row.row), row);
    copies.set(seq, new Map([...rows].map(([key, { line }]) => [key, line])));
  }
  const { pointer, packs } = toPublication({ realm: "acme" }, rows, steps.length, START);
  const contents = new Map(packs.map((pack) => [pack.sha256, linesOf(pack.content)]));
  return { pointer, copies, read: (sha256) => contents.get(sha256) ?? [] };
}

function nextVersions(
  names: readonly number[],
  versions: Map<number, number>,
): Array<{ name: string; version: string; toString(): string }> {
  return names.map((number) => {
    const version = (versions.get(number) ?? 0) + 1;
    versions.set(number, version);
    const ref = { name: `n${number}.kata`, version: `v${version}` };
    return { ...ref, toString: () => rowKey(ref) };
  });
}

function newRows(names: readonly number[], versions: Map<number, number>, seq: number): PublishedRow[] {
  return nextVersions(names, versions).map(({ name, version }) =>
    toPublishedRow({
      seq,
      name,
      version,
      status: "active",
      tags: [],
      complexity: "simple",
      requiredSkills: [],
      requiredKatas: [],
      releaseDate: START + seq * DAY,
      lastModified: START + seq * DAY,
      sourceHash: new Bun.CryptoHasher("sha256").update(`${name}${version}`).digest("hex"),
      sourceBytes: 100,
      compiledHash: "0".repeat(64),
      compiledWith: "1.1.1",
    }),
  );
}

/** Nothing changes when there is nothing to end: then a publish that only renames the realm stands there. */
function endRow(
  rows: ReadonlyMap<string, PublishedRow>,
  { which, status }: Extract<Step, { kind: "end" }>,
  seq: number,
): PublishedRow[] {
  const active = [...rows.values()].filter(({ row }) => row.status !== "withdrawn");
  const one = active[which % Math.max(1, active.length)];
  return one === undefined ? [] : [toPublishedRow({ ...one.row, seq, status, reason: `${which}` })];
}

function expectAllArrive(pointer: PackedRealm, copies: ReadonlyMap<number, Copy>, read: ReadPack): void {
  const lines = pointer.base.flatMap(({ sha256 }) => read(sha256));
  const now = toCopy(lines);
  expect(referenceState(lines)).toBe(pointer.state);
  expect(copies.get(pointer.seq)).toEqual(now);
  for (const { from, sha256 } of pointer.deltas) {
    expect(read(sha256)).toEqual(lines.filter((line) => JSON.parse(line).seq > from));
  }
  for (const [seq, copy] of copies) {
    const arrived = referenceSync(copy, seq, pointer, read);
    expect([seq, arrived.size, Bun.deepEquals(arrived, now)]).toEqual([seq, pointer.rows, true]);
  }
}

function toCopy(lines: readonly string[]): Copy {
  return new Map(
    lines.map((line) => {
      const { name, version } = JSON.parse(line);
      return [`${name}@${version}`, line];
    }),
  );
}
