import { gzipSync } from "node:zlib";
import { byPackOrder, toPackLine } from "../../lib/model/pack-row.ts";
import type { PackedRealm, PackRef, PackRow } from "../../lib/model/wire.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { bucketDigest, bucketOf, rowDigest, stateOf } from "../../lib/trust/state.ts";
import type { RealmServer } from "./realm-server.ts";

/** A row without its publish number, which publishing gives it. */
export type Draft = Omit<PackRow, "seq">;

/** A row as a pack holds it; the hashes follow from name and version. */
export function draftOf(name: string, version = "v1", extra: Partial<Draft> = {}): Draft {
  return {
    name,
    version,
    status: "active",
    description: `What ${name} does.`,
    tags: ["test"],
    complexity: "simple",
    requiredSkills: [],
    requiredKatas: [],
    releaseDate: 1_700_000_000_000,
    lastModified: 1_700_000_000_000,
    sourceHash: sha256Hex(`${name} ${version}`),
    sourceBytes: 100,
    compiledHash: sha256Hex(`compiled ${name} ${version}`),
    compiledWith: "1.1.1",
    ...extra,
  };
}

/** `count` different katas, named so that their order is their number. */
export function manyDrafts(count: number, version = "v1"): Draft[] {
  return Array.from({ length: count }, (_, i) => draftOf(`many.kata${String(i).padStart(6, "0")}`, version));
}

export interface PackedRealmOptions {
  id?: string;
  rowsPerPack?: number;
}

const DELTA_STEPS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/**
 * A realm that keeps its rows in packs, as the smallest publisher there is makes it: it does what it is told, also
 * what a publisher must refuse.
 */
export class TestPackedRealm {
  readonly id: string;
  seq = 0;
  readonly #rowsPerPack: number;
  readonly #rows = new Map<string, PackRow>();

  constructor({ id = "team", rowsPerPack = 50_000 }: PackedRealmOptions = {}) {
    this.id = id;
    this.#rowsPerPack = rowsPerPack;
  }

  /** The rows as they are, in publishing order. */
  get rows(): PackRow[] {
    return [...this.#rows.values()].sort(byPackOrder);
  }

  /** Adds or replaces these rows and counts one publish. */
  publish(...drafts: Draft[]): this {
    this.seq += 1;
    for (const draft of drafts) {
      const row: PackRow = { ...draft, seq: this.seq };
      this.#rows.set(`${row.name}@${row.version}`, row);
    }
    return this;
  }

  /** What no publisher may do. */
  drop(name: string, version = "v1"): this {
    this.#rows.delete(`${name}@${version}`);
    return this;
  }

  /** All files of the realm as it is now; each call makes the same. */
  files(change: Partial<PackedRealm> = {}): { pointer: PackedRealm; files: Record<string, Uint8Array> } {
    const rows = this.rows;
    const base: TestPack[] = [];
    for (let at = 0; at < rows.length; at += this.#rowsPerPack) {
      base.push(packOf(rows.slice(at, at + this.#rowsPerPack)));
    }
    const deltas = DELTA_STEPS.map((step) => this.seq - step)
      .filter((from) => from > 0)
      .map((from) => ({ from, pack: packOf(rows.filter((row) => row.seq > from)) }));
    const pointer: PackedRealm = {
      format: 1,
      realm: this.id,
      seq: this.seq,
      issued: "2026-11-22T06:00:00Z",
      rows: rows.length,
      state: stateOfRows(rows),
      base: base.map(({ sha256, bytes, rawBytes, rows }) => ({ sha256, bytes, rawBytes, rows })),
      deltas: deltas.map(({ from, pack: { sha256, bytes, rawBytes } }) => ({
        from,
        sha256,
        bytes,
        rawBytes,
      })),
      ...change,
    };
    const packs = [...base, ...deltas.map(({ pack }) => pack)];
    return {
      pointer,
      files: {
        ...Object.fromEntries(packs.map((pack) => [pathOf(pack), pack.content])),
        "realm.json": encode(pointer),
      },
    };
  }

  /** Puts the files on a server, where the packs of earlier publishes stay. */
  serve(server: RealmServer, change: Partial<PackedRealm> = {}): PackedRealm {
    const { pointer, files } = this.files(change);
    for (const [path, content] of Object.entries(files)) server.set(path, content);
    return pointer;
  }
}

/** A pack's bytes, and how a pointer names it. */
export interface TestPack extends PackRef {
  rows: number;
  content: Uint8Array;
}

export function packOf(rows: readonly PackRow[]): TestPack {
  const raw = Buffer.from(rows.map((row) => `${toPackLine(row)}\n`).join(""));
  const content = gzipSync(raw, { level: 1 });
  const { byteLength: bytes } = content;
  return { sha256: sha256Hex(content), bytes, rawBytes: raw.byteLength, rows: rows.length, content };
}

export function pathOf({ sha256 }: { sha256: string }): string {
  return `packs/${sha256}.ndjson.gz`;
}

export function encode(document: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(document));
}

/** The state of a realm with these rows, worked out from nothing. */
export function stateOfRows(rows: readonly PackRow[]): string {
  const digests = new Map<number, Uint8Array[]>();
  for (const row of rows) {
    const bucket = bucketOf(row.name, row.version);
    digests.set(bucket, [...(digests.get(bucket) ?? []), rowDigest(toPackLine(row))]);
  }
  return stateOf(new Map(digests.entries().map(([bucket, rows]) => [bucket, bucketDigest(rows)])));
}
