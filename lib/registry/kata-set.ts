/**
 * Katas of one chunk as bits, so that "both words" and "one of them in a name" are a few thousand steps whatever the
 * words are. All sets of a chunk are of one size.
 */
export type KataSet = Uint32Array;

/** A set that could hold `katas`, and holds none. */
export function emptySet(katas: number): KataSet {
  return new Uint32Array(Math.ceil(katas / 32));
}

export function addKata(set: KataSet, kata: number): void {
  set[kata >>> 5] = at(set, kata >>> 5) | (1 << (kata & 31));
}

/** Leaves in `set` what is in `other` too. */
export function intersect(set: KataSet, other: KataSet): void {
  for (let word = 0; word < set.length; word += 1) set[word] = at(set, word) & at(other, word);
}

/** Adds all of `other` to `set`. */
export function unite(set: KataSet, other: KataSet): void {
  for (let word = 0; word < set.length; word += 1) set[word] = at(set, word) | at(other, word);
}

/** Adds to `set` what is in both others. */
export function uniteBoth(set: KataSet, one: KataSet, other: KataSet): void {
  for (let word = 0; word < set.length; word += 1) {
    set[word] = at(set, word) | (at(one, word) & at(other, word));
  }
}

/** The first kata from `from` on that is in `set`, in `within` too if it is given, and not in `without`. */
export function findKata(
  set: KataSet,
  within: KataSet | undefined,
  without: KataSet,
  from: number,
): number | undefined {
  let mask = -1 << (from & 31);
  for (let word = from >>> 5; word < set.length; word += 1) {
    const bits = at(set, word) & (within === undefined ? -1 : at(within, word)) & ~at(without, word) & mask;
    if (bits !== 0) return word * 32 + 31 - Math.clz32(bits & -bits);
    mask = -1;
  }
  return undefined;
}

/** Every index here is below the length: what is not there is not read. */
function at(set: KataSet, word: number): number {
  return set[word] ?? 0;
}
