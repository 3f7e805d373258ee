import { readFile } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";
import { MAX_SOURCE_BYTES } from "../model/kata.ts";
import { sha256Hex } from "../trust/digest.ts";
import type { FileWrite } from "./file-write.ts";
import { type PreviousRealm, readPreviousRealm } from "./previous.ts";
import { refusal } from "./publish-error.ts";
import { nextSeq, type PublishOutcome, publishRows } from "./publish-rows.ts";
import { type RealmRows, rowKey } from "./published-row.ts";
import { type ReadKatasDeps, readKatas } from "./read-katas.ts";
import { type HeadOptions, toRealmHead } from "./realm-head.ts";
import { kataPath } from "./realm-paths.ts";
import { createFolderReader } from "./realm-reader.ts";

export interface BuildOptions extends HeadOptions {
  /** Folder of `.kata` files. */
  katas: string;
  /** Folder that becomes the realm, or is one. */
  out: string;
  /** Milliseconds since 1970. */
  now: number;
}

export interface BuildDeps extends ReadKatasDeps {
  onWrite?: (path: string) => void;
}

export interface BuildOutcome extends PublishOutcome {
  /** `name@version` of what was published for the first time. */
  added: string[];
  /** `name@version` of active versions whose file is gone. They stay published. */
  withoutFile: string[];
}

/**
 * Publishes a folder of katas into a realm's folder, which remembers what was published before. The same folders
 * and the same `now` give the same bytes; without a change nothing is written.
 *
 * @throws PublishError with every problem of every kata, or about the folder; nothing is written then
 */
export async function buildRealm(options: BuildOptions, deps: BuildDeps): Promise<BuildOutcome> {
  refuseKatasInOutput(options);
  const reader = createFolderReader(options.out);
  const previous = await readPreviousRealm(reader);
  const head = await toRealmHead(options, previous?.pointer, reader);
  const published: RealmRows = previous?.rows ?? new Map();
  const publishing = { seq: nextSeq(previous), now: options.now };
  const { fresh, files } = await readKatas(options.katas, options.out, published, publishing, deps);
  const rows = new Map([...published, ...fresh.map((one) => [rowKey(one.row), one] as const)]);
  const outcome = await publishRows({
    folder: options.out,
    previous,
    head,
    rows,
    sources: await findMissingSources(options, rows, files),
    now: options.now,
    onWrite: deps.onWrite,
  });
  return {
    ...outcome,
    added: fresh.map(({ row }) => rowKey(row)).sort(),
    withoutFile: findWithoutFile(previous, files),
  };
}

/** The sources under their hashes would be found as katas the next time, each of them a second time. */
function refuseKatasInOutput({ katas, out }: BuildOptions): void {
  const way = relative(resolve(out), resolve(katas));
  if (way.startsWith("..") || isAbsolute(way)) return;
  throw refusal({
    code: "output_refused",
    file: "--out",
    found: "a folder that the katas lie in",
    expected: "another one, such as site beside katas",
  });
}

/** Every version's source must be there under its hash, or readers could not install it. */
async function findMissingSources(
  { katas, out }: BuildOptions,
  rows: RealmRows,
  files: ReadonlyMap<string, string>,
): Promise<FileWrite[]> {
  const reader = createFolderReader(out);
  const missing: FileWrite[] = [];
  for (const { row } of rows.values()) {
    const path = kataPath(row.sourceHash);
    const found = await reader.read(path, MAX_SOURCE_BYTES).catch(() => undefined);
    // Whatever is wrong with the file there, it is replaced by the right one.
    if (found !== undefined && sha256Hex(found) === row.sourceHash) continue;
    const file = files.get(row.sourceHash);
    const bytes = file === undefined ? undefined : await readFile(join(katas, file));
    if (bytes === undefined || sha256Hex(bytes) !== row.sourceHash) {
      throw refusal({
        code: "folder_damaged",
        file: path,
        found: found === undefined ? "no such file" : `SHA-256 ${sha256Hex(found)}`,
        expected: `the source of ${rowKey(row)}; put its kata file back, or restore the folder from a copy`,
      });
    }
    missing.push({ path, bytes, isDurable: false });
  }
  return missing;
}

function findWithoutFile(previous: PreviousRealm | undefined, files: ReadonlyMap<string, string>): string[] {
  return [...(previous?.rows.values() ?? [])]
    .filter(({ row }) => row.status === "active" && !files.has(row.sourceHash))
    .map(({ row }) => rowKey(row));
}
