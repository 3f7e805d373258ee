import type { BuildOutcome } from "../publish/build-realm.ts";
import { toFields } from "./format.ts";
import type { Report } from "./print.ts";
import { toPublishFields } from "./publish-lines.ts";

const MAX_NAMED = 12;

/**
 * What publishing katas came to.
 *
 * @param facts.gone what is said of a published version that is not among the katas any more
 */
export function toBuiltReport(
  outcome: BuildOutcome,
  {
    out,
    version,
    gone,
    isSigned = false,
  }: { out: string; version: string; gone: string; isSigned?: boolean },
): Report & { json: Record<string, unknown> } {
  const { pointer, isChanged, added, withoutFile, written, removed } = outcome;
  const json = {
    outcome: isChanged ? "published" : "unchanged",
    realm: pointer.realm,
    seq: pointer.seq,
    issued: pointer.issued,
    rows: pointer.rows,
    state: pointer.state,
    compiledWith: version,
    added,
    withoutFile,
    written,
    removed,
  };
  const lines = [
    ...toPublishFields(
      outcome,
      out,
      [["new", added.length > MAX_NAMED ? `${added.length} versions` : added]],
      isSigned,
    ),
    ...withoutFile.flatMap((kata) => [
      "",
      `${kata} ${gone}. It stays published; to end it:`,
      ...toFields([["", `realms withdraw ${kata} --out ${out} --reason "…"`]], 0),
    ]),
  ];
  return { json, lines };
}
