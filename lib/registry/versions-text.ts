import type { RealmKataMetadata } from "../model/kata.ts";

/**
 * The versions of one kata as JSON: the first of them whole, of each other one what differs from the first. They
 * mostly repeat each other, and half the text is read in half the time.
 */
export function toVersionsText([first, ...others]: readonly RealmKataMetadata[]): string {
  return JSON.stringify(first === undefined ? [] : [first, ...others.map((kata) => subtract(kata, first))]);
}

/** What {@link toVersionsText} was given. @param text written by it, and by nobody else */
export function fromVersionsText(text: string): RealmKataMetadata[] {
  const [first, ...others] = JSON.parse(text) as [RealmKataMetadata, ...Difference[]];
  return first === undefined ? [] : [first, ...others.map((difference) => add(difference, first))];
}

/** Fields by name; null for one that only the first has. */
type Difference = Record<string, unknown>;

function subtract(kata: RealmKataMetadata, first: RealmKataMetadata): Difference {
  const [own, other]: [Difference, Difference] = [{ ...kata }, { ...first }];
  const difference: Difference = {};
  for (const field in own) if (!isSame(own[field], other[field])) difference[field] = own[field];
  for (const field in other) if (!(field in own)) difference[field] = null;
  return difference;
}

/** Values of metadata: texts, numbers, flags, and lists of texts. */
function isSame(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((text, at) => text === other[at]);
}

function add(difference: Difference, first: RealmKataMetadata): RealmKataMetadata {
  const kata: Difference = { ...first };
  for (const field in difference) {
    if (difference[field] === null) delete kata[field];
    else kata[field] = difference[field];
  }
  // What was a kata's metadata before it was written.
  return kata as unknown as RealmKataMetadata;
}
