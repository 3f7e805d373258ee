import { stemmer } from "stemmer";

const MIN_REST_CHARS = 4;

/** What two inflections of an English word have in common: Porter's stem, `month` for "monthly" too. */
export function toStem(word: string): string {
  const stem = stemmer(word);
  // Porter keeps the end of monthly and searchable; a shorter rest, as of reply or table, is another word's stem.
  const rest = stem.replace(/(?:li|abl)$/, "");
  return rest.length >= MIN_REST_CHARS ? rest : stem;
}
