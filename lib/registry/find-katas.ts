import { type ChunkSearch, type ChunkSearchDeps, createChunkSearch, type Stage } from "./chunk-search.ts";
import { selectChunks } from "./chunks-table.ts";
import { PLACES } from "./grams.ts";
import { chunkOf, selectIds } from "./katas-table.ts";
import type { ShownKata } from "./shown-kata.ts";

export interface FoundKata extends ShownKata {
  realmId: string;
}

export interface FindDeps extends ChunkSearchDeps {
  /** The whole query, folded: the kata of this name comes first. */
  exactName: string;
  /** Ids of the realms to search, in their order. */
  realmIds: readonly string[];
}

/**
 * The katas that a search finds, one after the other in the order of {@link discover}. What is not asked for is not
 * looked for: each stage is a merge of chunks that are ordered by name, and a chunk is opened when its turn comes.
 */
export function* findKatas(deps: FindDeps): Generator<FoundKata> {
  const chunks = selectChunks(deps.db, deps.realmIds).map((chunk) => createChunkSearch(deps, chunk));
  yield* findExact(deps, chunks);
  for (const stage of stagesOf(deps.words.length)) {
    // With a filter, a kata counts as active if one of the versions that are left is.
    const searched = chunks.filter(
      ({ chunk }) => chunk.isActive === stage.isActive || (deps.filter !== undefined && chunk.isActive),
    );
    yield* mergeByName(searched, stage, deps.realmIds);
  }
}

function* stagesOf(words: number): Generator<Stage> {
  for (let found = words; found > 0; found -= 1) {
    for (const place of PLACES) {
      yield { words: found, place, isActive: true };
      yield { words: found, place, isActive: false };
    }
  }
}

/** All of them have the same name and rank: active before deprecated, then the order of realms. */
function findExact(deps: FindDeps, chunks: readonly ChunkSearch[]): FoundKata[] {
  const found = selectIds(deps.db, deps.realmIds, deps.exactName).flatMap((id) => {
    const search = chunks.find(({ chunk }) => chunk.chunk === chunkOf(id));
    const verdict = search?.take(id);
    return search === undefined || verdict === undefined
      ? []
      : { isActive: verdict.isActive, kata: { ...verdict.kata, realmId: search.chunk.realmId } };
  });
  // Sorting is stable, and the realms were asked in their order.
  return found.sort((a, b) => Number(b.isActive) - Number(a.isActive)).map(({ kata }) => kata);
}

/** Where the merge is in one chunk. */
interface Head {
  realmId: string;
  realmPosition: number;
  katas: Iterator<ShownKata>;
  /** The next kata, undefined while the chunk is not open. */
  kata: ShownKata | undefined;
  /** The next kata's name, or while the chunk is not open one that none in it comes before. */
  name: string;
}

function* mergeByName(
  searches: readonly ChunkSearch[],
  stage: Stage,
  realmIds: readonly string[],
): Generator<FoundKata> {
  const heads = new Set<Head>();
  for (const { chunk, find } of searches) {
    const { realmId, firstName: name } = chunk;
    heads.add({
      realmId,
      realmPosition: realmIds.indexOf(realmId),
      katas: find(stage),
      kata: undefined,
      name,
    });
  }
  for (let head = findFirst(heads); head !== undefined; head = findFirst(heads)) {
    if (head.kata !== undefined) yield { ...head.kata, realmId: head.realmId };
    const next = head.katas.next();
    if (next.done === true) heads.delete(head);
    else Object.assign(head, { kata: next.value, name: next.value.name });
  }
}

function findFirst(heads: Iterable<Head>): Head | undefined {
  let first: Head | undefined;
  for (const head of heads) if (first === undefined || isBefore(head, first)) first = head;
  return first;
}

function isBefore(one: Head, other: Head): boolean {
  if (one.name !== other.name) return one.name < other.name;
  return one.realmPosition < other.realmPosition;
}
