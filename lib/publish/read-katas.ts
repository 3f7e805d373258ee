import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { MAX_SOURCE_BYTES } from "../model/kata.ts";
import { sha256Hex } from "../trust/digest.ts";
import { findKataFiles } from "./find-kata-files.ts";
import type { PublishingHost } from "./kata-file.ts";
import { type Publishing, toKataRow } from "./kata-row.ts";
import { NameShapes } from "./lookalikes.ts";
import { PublishError, refusal } from "./publish-error.ts";
import { nextVersion, type PublishedRow, type RealmRows, rowKey } from "./published-row.ts";

/** A folder of kata files, held against what was published before. */
export interface ReadKatas {
  /** The versions that are new. */
  fresh: PublishedRow[];
  /** The file of every source by its hash. */
  files: ReadonlyMap<string, string>;
}

export interface ReadKatasDeps {
  host: PublishingHost;
  /** Files done and in all. */
  onProgress: (done: number, total: number) => void;
  signal: AbortSignal;
}

/**
 * Reads every kata of a folder. What was published with these very bytes before is not compiled again.
 *
 * @throws PublishError with every problem that was found, in the order of the files
 */
export async function readKatas(
  folder: string,
  output: string,
  published: RealmRows,
  publishing: Publishing,
  deps: ReadKatasDeps,
): Promise<ReadKatas> {
  const { files, problems } = await findKataFiles(folder, output);
  const review = createReview(published, publishing, deps.host);
  for (const [done, file] of files.entries()) {
    deps.signal.throwIfAborted();
    deps.onProgress(done, files.length);
    try {
      review.take(file, await readSource(folder, file));
    } catch (error) {
      if (!(error instanceof PublishError)) throw error;
      problems.push(...error.problems);
    }
  }
  const [first, ...others] = problems;
  if (first !== undefined) throw new PublishError([first, ...others]);
  if (files.length === 0) {
    throw refusal({ code: "no_katas", file: folder, found: "no .kata file", expected: "at least one" });
  }
  return review.result;
}

/** The rules that one file can break only together with others: those before it, and those published. */
function createReview(published: RealmRows, publishing: Publishing, host: PublishingHost) {
  const publishedBySource = new Map([...published.values()].map((one) => [one.row.sourceHash, one]));
  const shapes = new NameShapes([...published.values()].map(({ row }) => row.name));
  const filesByKey = new Map<string, string>();
  const filesBySource = new Map<string, string>();
  const fresh: PublishedRow[] = [];
  return {
    result: { fresh, files: filesBySource },
    /** @throws PublishError */
    take(file: string, bytes: Uint8Array): void {
      const hash = sha256Hex(bytes);
      const known = publishedBySource.get(hash);
      const one = known ?? toKataRow(file, bytes, host, publishing);
      const key = rowKey(one.row);
      refuseDuplicate(file, key, filesByKey.get(key));
      filesByKey.set(key, file);
      if (known === undefined) {
        refuseOtherBytes(file, one, published);
        refuseLookalike(file, one.row.name, shapes);
        shapes.add(one.row.name);
        fresh.push(one);
      }
      filesBySource.set(hash, file);
    },
  };
}

async function readSource(folder: string, file: string): Promise<Uint8Array> {
  const path = join(folder, file);
  const { size } = await stat(path);
  if (size <= MAX_SOURCE_BYTES) return await readFile(path);
  const expected = `at most ${MAX_SOURCE_BYTES}`;
  throw refusal({ code: "source_too_large", file, found: `${size} bytes`, expected });
}

function refuseDuplicate(file: string, key: string, other: string | undefined): void {
  if (other === undefined) return;
  throw refusal({
    code: "duplicate_version",
    file,
    found: `${key}, which ${other} is as well`,
    expected: "one file a version",
  });
}

/** Readers who have the version keep what they have, and refuse a realm that says it is something else. */
function refuseOtherBytes(file: string, { row }: PublishedRow, published: RealmRows): void {
  const before = published.get(rowKey(row));
  if (before === undefined) return;
  throw refusal({
    code: "published_before",
    file,
    found: `${rowKey(row)} with SHA-256 ${row.sourceHash}`,
    expected: `SHA-256 ${before.row.sourceHash} as published before; publish this one as ${nextVersion(published.values(), row.name)}`,
  });
}

function refuseLookalike(file: string, name: string, shapes: NameShapes): void {
  const other = shapes.findLookalike(name);
  if (other === undefined) return;
  throw refusal({
    code: "lookalike_name",
    file,
    found: `the name ${name}, which looks like ${other}`,
    expected: "names that differ in more than case, - and _",
  });
}
