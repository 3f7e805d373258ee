import { sha256Hex } from "../trust/digest.ts";
import type { KataSource, KataSources } from "./find-kata-files.ts";
import type { PublishingHost } from "./kata-file.ts";
import { type Publishing, toKataRow } from "./kata-row.ts";
import { NameShapes } from "./lookalikes.ts";
import { PublishError, refusal } from "./publish-error.ts";
import { nextVersion, type PublishedRow, type RealmRows, rowKey } from "./published-row.ts";

/** Katas, held against what was published before. */
export interface ReadKatas {
  /** The versions that are new. */
  fresh: PublishedRow[];
  /** Every kata by the hash of its source. */
  sources: ReadonlyMap<string, KataSource>;
}

export interface ReadKatasDeps {
  host: PublishingHost;
  /** Katas done and in all. */
  onProgress: (done: number, total: number) => void;
  signal: AbortSignal;
}

/**
 * Reads every kata. What was published with these very bytes before is not compiled again.
 *
 * @throws PublishError with every problem, those that were found before and then those of each kata in turn
 */
export async function readKatas(
  { sources, problems: found }: KataSources,
  published: RealmRows,
  publishing: Publishing,
  deps: ReadKatasDeps,
): Promise<ReadKatas> {
  const problems = [...found];
  const review = createReview(published, publishing, deps.host);
  for (const [done, source] of sources.entries()) {
    deps.signal.throwIfAborted();
    deps.onProgress(done, sources.length);
    try {
      review.take(source, await source.read());
    } catch (error) {
      if (!(error instanceof PublishError)) throw error;
      problems.push(...error.problems);
    }
  }
  const [first, ...others] = problems;
  if (first !== undefined) throw new PublishError([first, ...others]);
  return review.result;
}

/** The rules that one file can break only together with others: those before it, and those published. */
function createReview(published: RealmRows, publishing: Publishing, host: PublishingHost) {
  const publishedBySource = new Map([...published.values()].map((one) => [one.row.sourceHash, one]));
  const shapes = new NameShapes([...published.values()].map(({ row }) => row.name));
  const filesByKey = new Map<string, string>();
  const sources = new Map<string, KataSource>();
  const fresh: PublishedRow[] = [];
  return {
    result: { fresh, sources },
    /** @throws PublishError */
    take(source: KataSource, bytes: Uint8Array): void {
      const { file } = source;
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
      sources.set(hash, source);
    },
  };
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
