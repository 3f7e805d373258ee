import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { RealmError } from "../../../lib/errors.ts";
import { byPackOrder } from "../../../lib/model/pack-row.ts";
import { packRowSchema } from "../../../lib/model/wire.ts";
import { inflatePack } from "../../../lib/sync/inflate-pack.ts";
import { readPackRows } from "../../../lib/sync/pack-rows.ts";
import { documentOf, mutateBytes, randomOf } from "../mutate.ts";
import { packRows, sha256 } from "../samples.ts";
import { fail, type OpenTarget, toCode } from "../target.ts";

const text = (rows: unknown): Buffer =>
  Buffer.from(Array.isArray(rows) ? rows.map((row) => `${JSON.stringify(row)}\n`).join("") : String(rows));
const valid = text(packRows);

/** A pack as it lies on disk: every row fits and stands in its place, no more is unpacked than declared. */
export const packs: OpenTarget = () => {
  const folder = mkdtempSync(join(tmpdir(), "realms-fuzz-"));
  const [file, raw] = [join(folder, "pack"), join(folder, "raw")];
  const signal = new AbortController().signal;
  return {
    name: "packs",
    async check(one) {
      const random = randomOf(one);
      // The bytes that were packed, the gzip around them, or the rows themselves.
      const where = one.kind === "mutated" ? one.seed % 3 : 2;
      const plain =
        where === 0 ? mutateBytes(valid, random) : where === 1 ? valid : text(documentOf(one, packRows));
      const zipped = where === 1 ? mutateBytes(gzipSync(valid), random) : gzipSync(plain, { level: 1 });
      const declared = one.seed % 7 === 0 && one.kind !== "valid" ? valid.length - 1 : plain.length;
      writeFileSync(file, zipped);
      try {
        const ref = { sha256: sha256(zipped), bytes: zipped.length, rawBytes: declared };
        await inflatePack(file, raw, ref, signal);
        const seqs = { from: 0, to: 7 };
        const rows = [...readPackRows([{ name: "p", path: raw }], seqs)].map(({ row }) =>
          packRowSchema.parse(row),
        );
        for (const [position, row] of rows.entries()) {
          const before = rows[position - 1];
          if (row.seq <= seqs.from || row.seq > seqs.to) fail("a row of another publish");
          if (before !== undefined && byPackOrder(before, row) >= 0) fail("rows out of order");
        }
        if (one.kind === "valid" && rows.length !== packRows.length) fail("rows are lost");
      } catch (error) {
        const code = toCode(error, [RealmError]);
        if (one.kind === "valid") fail(`a valid pack is refused: ${code}`);
      } finally {
        if (statSync(raw).size > declared) fail("more was unpacked than declared");
        rmSync(raw);
      }
    },
    close: () => rmSync(folder, { recursive: true }),
  };
};
