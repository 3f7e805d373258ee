import { toSize } from "../model/size.ts";
import type { PublishOutcome } from "../publish/publish-rows.ts";
import { countOf, type Field, toFields } from "./format.ts";

/**
 * What a publish came to: a sentence, and below it what `fields` add.
 *
 * @param isSigned whether it is signed in the same run, so that nobody needs to be told to
 */
export function toPublishFields(
  outcome: PublishOutcome,
  out: string,
  fields: readonly Field[],
  isSigned = false,
): string[] {
  const { pointer, isChanged, written, removed } = outcome;
  const { realm, seq, issued, rows } = pointer;
  if (!isChanged) {
    const repaired = written.length === 0 ? "nothing was written" : "missing files were written again";
    return [
      `Nothing changed, and ${repaired}: ${realm} stays at publish ${seq} of ${issued}.`,
      ...toFields([["wrote", written]]),
    ];
  }
  return [
    `Published ${realm}, publish ${seq}: ${countOf(rows, "version", "versions")}.`,
    "",
    ...toFields([
      ...fields,
      ["wrote", `${countOf(written.length, "file", "files")} in ${out}`],
      ["base", pointer.base.map((pack) => `${countOf(pack.rows, "row", "rows")}, ${toSize(pack.bytes)}`)],
      ["last delta", pointer.deltas[0] === undefined ? undefined : toSize(pointer.deltas[0].bytes)],
      ["removed", removed.length === 0 ? undefined : countOf(removed.length, "old pack", "old packs")],
      ["next", pointer.root === undefined || isSigned ? undefined : `sign it: realms sign --out ${out}`],
    ]),
  ];
}
