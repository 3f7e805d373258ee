import type { Effort } from "./effort.ts";
import type { PartName, Row } from "./figures.ts";
import { benchCompatibility } from "./parts/compatibility.ts";
import { benchDiscover } from "./parts/discover.ts";
import { benchInstall } from "./parts/install.ts";
import { benchLoad } from "./parts/load.ts";
import { benchMemory } from "./parts/memory.ts";
import { benchRonin } from "./parts/ronin.ts";
import { benchSync } from "./parts/sync.ts";
import { openStage, type Stage } from "./stage.ts";

/**
 * What is sensitive to a large heap comes first: the search part fills this process with the libraries' indexes,
 * and their collections would show in everything after it.
 */
const parts: ReadonlyArray<readonly [PartName, (stage: Stage) => Promise<Row[]>]> = [
  ["memory", benchMemory],
  ["sync", benchSync],
  ["load", benchLoad],
  ["install", benchInstall],
  ["compatibility", benchCompatibility],
  ["ronin", benchRonin],
  ["discover", benchDiscover],
];

/** The rows of these parts. Everything that was started is ended and removed, also when a part fails. */
export async function runParts(
  size: number,
  only: readonly PartName[],
  effort: Effort,
  onPart: (name: string) => void,
): Promise<Row[]> {
  onPart("building the pack and the realm");
  await using stage = await openStage(size, effort);
  const rows: Row[] = [];
  for (const [name, bench] of parts) {
    if (!only.includes(name)) continue;
    onPart(name);
    rows.push(...(await bench(stage)));
  }
  return rows;
}
