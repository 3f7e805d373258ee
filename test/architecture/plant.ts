import type { Rule } from "./violation.ts";

/** Path → text. */
export type Files = Record<string, string>;

/** A small tree with one violation in it. */
export interface Planted {
  name: string;
  files: Files;
  file: string;
  rule: Rule;
}

/** One file `file` with the text `text` beside `others`. */
export function plant(name: string, rule: Rule, file: string, text: string, others: Files = {}): Planted {
  return { name, rule, file, files: { ...others, [file]: text } };
}

export const model = { "lib/model/a.ts": "export type A = 1; export const a = 1;" };
export const registry = { "lib/registry/a.ts": "export type A = 1; export const a = 1;" };
