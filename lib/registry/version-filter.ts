import type { RealmKataMetadata } from "../model/kata.ts";
import { foldText } from "./search-text.ts";

/** What a version has to be for a search to look at it and show it. */
export interface VersionFilter {
  complexity?: string | undefined;
  category?: string | undefined;
  skills?: readonly string[] | undefined;
  tags?: readonly string[] | undefined;
}

/** A filter that was read once for the many versions that it is held against. */
export interface PreparedFilter {
  passes(kata: RealmKataMetadata): boolean;
  /** Folded: every kata with a version that passes has each of them as a tag. */
  tags: readonly string[];
  /** What occurs in the JSON of every version that passes. */
  holding: readonly string[];
}

/** Undefined for a filter that lets everything through. */
export function prepareFilter(filter: VersionFilter): PreparedFilter | undefined {
  const { complexity, skills = [] } = filter;
  const tags = (filter.tags ?? []).map(foldText);
  const category = filter.category === undefined ? undefined : foldText(filter.category);
  if (complexity === undefined && category === undefined && skills.length === 0 && tags.length === 0)
    return undefined;
  return {
    passes(kata) {
      if (complexity !== undefined && kata.complexity !== complexity) return false;
      if (category !== undefined && foldText(kata.category ?? "\n") !== category) return false;
      if (!skills.every((skill) => kata.requiredSkills.includes(skill))) return false;
      if (tags.length === 0) return true;
      const own = kata.tags.map(foldText);
      return tags.every((tag) => own.includes(tag));
    },
    tags,
    holding: [...skills, ...(complexity === undefined ? [] : [complexity])].map((text) =>
      JSON.stringify(text),
    ),
  };
}
