/*
 * The realm of a benchmark, in a process of its own so that neither making nor serving it is measured: writes its
 * packs as `realms build` would, serves them, and publishes a delta when told to.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toPublication } from "../lib/publish/publication.ts";
import { type PublishedRow, rowKey, toPublishedRow } from "../lib/publish/published-row.ts";
import { kataPath, POINTER_PATH, packPath } from "../lib/publish/realm-paths.ts";
import { serveFolder } from "../lib/publish/serve-folder.ts";
import { sha256Hex } from "../lib/trust/digest.ts";
import { installSources } from "./install-katas.ts";
import { changedRows, firstRows } from "./katas.ts";

const [folder = "", sizeText = ""] = Bun.argv.slice(2);
const size = Number(sizeText);
const rows = new Map<string, PublishedRow>();
let seq = 0;

function publish(changed: Iterable<PublishedRow>): void {
  seq += 1;
  for (const row of changed) rows.set(rowKey(row.row), row);
  const { pointerBytes, packs } = toPublication({ realm: "bench" }, rows, seq, Date.now());
  for (const { sha256, content } of packs) writeFileSync(join(folder, packPath(sha256)), content);
  writeFileSync(join(folder, POINTER_PATH), pointerBytes);
}

for (const place of ["packs", "katas"]) mkdirSync(join(folder, place), { recursive: true });
publish(firstRows(size).map(toPublishedRow));
for (const source of installSources()) writeFileSync(join(folder, kataPath(sha256Hex(source))), source);
const server = serveFolder({ folder, port: 0 });

process.on("message", () => {
  publish(changedRows(size, seq + 1));
  process.send?.("published");
});
// The parent is gone, however it went.
process.on("disconnect", () => process.exit(0));
process.send?.(server.url);
