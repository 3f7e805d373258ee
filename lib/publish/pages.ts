import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PackedRealm } from "../model/wire.ts";
import { BROWSE_MARK, toBrowsePage } from "./browse-page.ts";
import type { FileWrite } from "./file-write.ts";
import { type RealmRows, sortRows } from "./published-row.ts";

const notFoundPage = `<!doctype html>
<!-- ${BROWSE_MARK} -->
<html lang="en">
<meta charset="utf-8">
<title>Not found</title>
<p>This realm has no such file.</p>
</html>
`;

/** Rules for hosts that read a `_headers` file. Correctness never depends on one. */
const headers = `# ${BROWSE_MARK}
/*
  X-Content-Type-Options: nosniff
/realm.json
  Cache-Control: public, max-age=60, must-revalidate
/metadata/timestamp.json
  Cache-Control: public, max-age=60, must-revalidate
/packs/*
  Cache-Control: public, max-age=31536000, immutable
/katas/*
  Cache-Control: public, max-age=31536000, immutable
`;

/** The files beside a realm that help a host and a visitor, by their path. The same rows give the same bytes. */
export function toPages(pointer: PackedRealm, rows: RealmRows): Map<string, string> {
  return new Map([
    ["404.html", notFoundPage],
    ["_headers", headers],
    [
      "index.html",
      toBrowsePage(
        pointer,
        sortRows(rows).map(({ row }) => row),
      ),
    ],
  ]);
}

/** Those of the pages that may be written: a page that somebody made by hand stays as it is. */
export async function writablePages(
  folder: string,
  pages: ReadonlyMap<string, string>,
): Promise<FileWrite[]> {
  const writes: FileWrite[] = [];
  for (const [path, text] of pages) {
    const found = await readFile(join(folder, path), "utf8").catch(() => undefined);
    const isOurs = found === undefined || found.slice(0, 500).includes(BROWSE_MARK);
    if (isOurs) writes.push({ path, bytes: new TextEncoder().encode(text), isDurable: false });
  }
  return writes;
}
