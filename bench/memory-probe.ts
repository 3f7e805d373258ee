/*
 * `bun memory-probe.ts <what> <size> <folder>` prints by how many bytes this process grows when it gets ready to
 * search and answers some queries. The libraries' documents are made and handed over in small portions, and the
 * finished results that the timed searches look up are left out: what is counted is the index alone.
 */
import { join } from "node:path";
import { openRegistry } from "../lib/registry/open.ts";
import { kataDocuments } from "./katas.ts";
import { createMiniSearch } from "./peers/minisearch.ts";
import { addToOrama, createOrama } from "./peers/orama.ts";
import { queryKinds, toQueries } from "./queries.ts";

const PORTION = 500;
const [what = "", size = "", folder = ""] = Bun.argv.slice(2);

Bun.gc(true);
const before = process.memoryUsage.rss();
const index = await getReady();
Bun.gc(true);
console.log(process.memoryUsage.rss() - before);
// Alive until here: an index that nobody needs any more would have been collected.
if (index === undefined) process.exit(1);

async function getReady(): Promise<unknown> {
  if (what === "MiniSearch") {
    const mini = createMiniSearch();
    for (const portion of kataDocuments(Number(size), PORTION)) mini.addAll(portion);
    return mini;
  }
  if (what === "Orama") {
    const orama = createOrama();
    for (const portion of kataDocuments(Number(size), PORTION)) await addToOrama(orama, portion);
    return orama;
  }
  const opened = openRegistry({
    recordsPath: join(folder, "ronin.db"),
    indexPath: join(folder, "ronin.realms-index.db"),
    readonlyIndex: true,
  });
  for (const { text } of queryKinds.flatMap((kind) => toQueries(kind, 20))) {
    opened.registry.discover(text, undefined, { limit: 20 });
  }
  return opened;
}
