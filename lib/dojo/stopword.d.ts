/**
 * The package ships no types. One list is imported by its file, so that 61 other languages stay out of a
 * build.
 */
declare module "stopword/src/stopwords_eng.js" {
  export const eng: readonly string[];
}
