import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toPackLine } from "../../lib/model/pack-row.ts";
import type { PackedRealm, PackRow } from "../../lib/model/wire.ts";
import { encodePack, type Pack } from "../../lib/publish/pack.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { BUCKETS, bucketDigest, bucketOf, rowDigest, stateOf } from "../../lib/trust/state.ts";
import { draftOf, encode, pathOf } from "../support/packed-realm.ts";

const ROWS_PER_PACK = 50_000;
const VERSIONS_PER_KATA = 5;

const words =
  "reads mail finds payments lists them tells you when one is due writes a note to the team".split(" ");

/**
 * Writes a realm of `rows` versions to a folder, a pack at a time, at publish 1; or at publish 2, where the last
 * version of each of the first `changed` katas is deprecated and a delta says so.
 */
export function writeSyntheticRealm(folder: string, rows: number, changed = 0): void {
  mkdirSync(join(folder, "packs"), { recursive: true });
  const seq = changed === 0 ? 1 : 2;
  const digests: Uint8Array[][] = Array.from({ length: BUCKETS }, () => []);
  const base: PackedRealm["base"] = [];
  const changedLines: string[] = [];
  for (let at = 0; at < rows; at += ROWS_PER_PACK) {
    const lines: string[] = [];
    for (let index = at; index < Math.min(rows, at + ROWS_PER_PACK); index += 1) {
      const row = rowAt(index, changed);
      const line = toPackLine(row);
      lines.push(line);
      digests[bucketOf(row.name, row.version)]?.push(rowDigest(line));
      if (row.seq === 2) changedLines.push(line);
    }
    base.push({ ...write(folder, encodePack(lines)), rows: lines.length });
  }
  const filled = digests.entries().filter(([, rows]) => rows.length > 0);
  const pointer: PackedRealm = {
    format: 1,
    realm: "team",
    seq,
    issued: "2026-11-22T06:00:00Z",
    rows,
    state: stateOf(new Map(filled.map(([bucket, rows]) => [bucket, bucketDigest(rows)]))),
    base,
    deltas: seq === 1 ? [] : [{ from: 1, ...write(folder, encodePack(changedLines)) }],
  };
  writeFileSync(join(folder, "realm.json"), encode(pointer));
}

function write(folder: string, pack: Pack): { sha256: string; bytes: number; rawBytes: number } {
  const { sha256, bytes, rawBytes } = pack;
  writeFileSync(join(folder, pathOf(pack)), pack.content);
  return { sha256, bytes, rawBytes };
}

/** About as large as a real row: 600 bytes raw, 140 packed. */
function rowAt(index: number, changed: number): PackRow {
  const kata = Math.floor(index / VERSIONS_PER_KATA);
  const version = (index % VERSIONS_PER_KATA) + 1;
  const name = `synthetic.k${String(kata).padStart(7, "0")}`;
  const isChanged = version === VERSIONS_PER_KATA && kata < changed;
  return {
    ...draftOf(name, `v${version}`, {
      description: Array.from({ length: 12 }, (_, i) => words[(kata * 7 + i * 5) % words.length]).join(" "),
      tags: ["synthetic", words[kata % words.length] ?? "", words[(kata * 3) % words.length] ?? ""],
      requiredSkills: ["mail.search", "local.notify"],
      author: "Acme",
      license: "MIT",
      category: "finance",
      sourceHash: sha256Hex(`source ${index}`),
      compiledHash: sha256Hex(`compiled ${index}`),
      ...(isChanged ? { status: "deprecated", reason: "There is a newer one." } : {}),
    }),
    seq: isChanged ? 2 : 1,
  };
}
