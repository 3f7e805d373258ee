import { byVersionDescending, type RealmKataMetadata, statusOf } from "../model/kata.ts";
import { type Place, TAGS } from "./grams.ts";
import { foldText } from "./search-text.ts";

/** A kata as a search goes through it and shows it. */
export interface ShownKata {
  name: string;
  /** Newest first, at least one, none of them withdrawn. */
  versions: RealmKataMetadata[];
}

/** Undefined when none of the versions may be shown. They are of one kata, in any order. */
export function toShownKata(versions: readonly RealmKataMetadata[]): ShownKata | undefined {
  const shown = versions.filter((kata) => statusOf(kata) !== "withdrawn");
  const [first] = shown;
  return first && { name: first.name, versions: shown.map(withStatus).sort(byVersionDescending) };
}

/** The status that counts is named, and the guide's `deprecated` matches it. */
function withStatus(kata: RealmKataMetadata): RealmKataMetadata {
  if (kata.status === "active" && kata.deprecated === undefined) return kata;
  const { deprecated: _, ...rest } = kata;
  const status = statusOf(kata);
  return status === "deprecated" ? { ...rest, status, deprecated: true } : { ...rest, status };
}

export function isActive({ versions }: ShownKata): boolean {
  return versions.some(({ status }) => status === "active");
}

/** What a search looks through. No word of a query holds a line break, so none matches across two texts. */
export function textIn(place: Place, { name, versions }: ShownKata): string {
  if (place === 0) return name;
  const texts = versions.map(({ tags, description = "" }) =>
    place === TAGS ? tags.join("\n") : description,
  );
  // Versions mostly repeat each other's texts, and each needs to be looked through once.
  return foldText([...new Set(texts)].join("\n"));
}
