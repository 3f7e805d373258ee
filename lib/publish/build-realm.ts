import { isAbsolute, relative, resolve } from "node:path";
import { MAX_SOURCE_BYTES } from "../model/kata.ts";
import { sha256Hex } from "../trust/digest.ts";
import type { FileWrite } from "./file-write.ts";
import { findKataFiles, type KataSources } from "./find-kata-files.ts";
import { type PreviousRealm, readPreviousRealm } from "./previous.ts";
import { refusal } from "./publish-error.ts";
import { nextSeq, type PublishOutcome, publishRows } from "./publish-rows.ts";
import { type RealmRows, rowKey } from "./published-row.ts";
import { type ReadKatas, type ReadKatasDeps, readKatas } from "./read-katas.ts";
import { type HeadOptions, toRealmHead } from "./realm-head.ts";
import { kataPath } from "./realm-paths.ts";
import { createFolderReader, type RealmReader } from "./realm-reader.ts";

export interface PublishOptions extends HeadOptions {
  /** Folder that becomes the realm, or is one. */
  out: string;
  /** Milliseconds since 1970. */
  now: number;
}

export interface BuildOptions extends PublishOptions {
  /** Folder of `.kata` files. */
  katas: string;
}

export interface BuildDeps extends ReadKatasDeps {
  onWrite?: (path: string) => void;
}

export interface BuildOutcome extends PublishOutcome {
  /** `name@version` of what was published for the first time. */
  added: string[];
  /** `name@version` of active versions that the katas lack. They stay published. */
  withoutFile: string[];
  /** `name@version` of katas that an active version needs and the realm does not have. */
  lacking: string[];
}

/**
 * Publishes a folder of katas into a realm's folder: see {@link publishKatas}.
 *
 * @throws PublishError; the file system's error when the folder of katas cannot be read
 */
export async function buildRealm(options: BuildOptions, deps: BuildDeps): Promise<BuildOutcome> {
  const { katas, out } = options;
  refuseKatasInOutput(options);
  const find = async (): Promise<KataSources> => {
    const found = await findKataFiles(katas, out);
    if (found.sources.length > 0 || found.problems.length > 0) return found;
    throw refusal({ code: "no_katas", file: katas, found: "no .kata file", expected: "at least one" });
  };
  return await publishKatas(options, find, deps);
}

/**
 * Publishes katas into a realm's folder, which remembers what was published before. The same katas, the same
 * folder and the same `now` give the same bytes; without a change nothing is written.
 *
 * @param find the katas, given what was published before
 * @throws PublishError with every problem of every kata, or about the folder; nothing is written then
 */
export async function publishKatas(
  options: PublishOptions,
  find: (published: RealmRows) => Promise<KataSources>,
  deps: BuildDeps,
): Promise<BuildOutcome> {
  const reader = createFolderReader(options.out);
  const previous = await readPreviousRealm(reader);
  const head = await toRealmHead(options, previous?.pointer, reader);
  const published: RealmRows = previous?.rows ?? new Map();
  const publishing = { seq: nextSeq(previous), now: options.now };
  const { fresh, sources } = await readKatas(await find(published), published, publishing, deps);
  const rows = new Map([...published, ...fresh.map((one) => [rowKey(one.row), one] as const)]);
  const outcome = await publishRows({
    folder: options.out,
    previous,
    head,
    rows,
    sources: await findMissingSources(reader, rows, sources),
    now: options.now,
    onWrite: deps.onWrite,
  });
  return {
    ...outcome,
    added: fresh.map(({ row }) => rowKey(row)).sort(),
    withoutFile: findWithoutFile(previous, sources),
    lacking: findLacking(rows),
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
  reader: RealmReader,
  rows: RealmRows,
  sources: ReadKatas["sources"],
): Promise<FileWrite[]> {
  const missing: FileWrite[] = [];
  for (const { row } of rows.values()) {
    const path = kataPath(row.sourceHash);
    const found = await reader.read(path, MAX_SOURCE_BYTES).catch(() => undefined);
    // Whatever is wrong with the file there, it is replaced by the right one.
    if (found !== undefined && sha256Hex(found) === row.sourceHash) continue;
    const bytes = await sources.get(row.sourceHash)?.read();
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

function findWithoutFile(previous: PreviousRealm | undefined, sources: ReadKatas["sources"]): string[] {
  return [...(previous?.rows.values() ?? [])]
    .filter(({ row }) => row.status === "active" && !sources.has(row.sourceHash))
    .map(({ row }) => rowKey(row));
}

function findLacking(rows: RealmRows): string[] {
  const active = [...rows.values()].filter(({ row }) => row.status === "active");
  const needed = new Set(active.flatMap(({ row }) => row.requiredKatas ?? []));
  return [...needed].filter((ref) => !rows.has(ref)).sort();
}
