import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/** A security check, how to take it out, and the test that only it satisfies. */
const checkSchema = z.strictObject({
  /** What it sees to. */
  check: z.string().min(1),
  /** Where it stands, below the repository's root. */
  file: z.string().regex(/^lib\/[\w/-]+\.ts$/),
  /** Text that the file has exactly once. */
  code: z.string().min(1),
  /** What stands in its place when the check is off. */
  without: z.string(),
  test: z.strictObject({
    file: z.string().regex(/^test\/[\w/-]+\.test\.ts$/),
    /** As it stands in the file: `%s` and its like are for any text. */
    name: z.string().min(1),
  }),
});

export type Check = z.infer<typeof checkSchema>;

export const root = join(import.meta.dir, "../..");

/** @throws ZodError for a list of another form */
export function readChecks(): Check[] {
  return z.array(checkSchema).parse(JSON.parse(readFileSync(join(root, "test/checks.json"), "utf8")));
}

/** The file's text without the check. @throws Error unless its code stands there exactly once */
export function withoutCheck(text: string, { check, file, code, without }: Check): string {
  const found = text.split(code).length - 1;
  if (found !== 1) throw new Error(`${check}: its code stands ${found} times in ${file}, not once.`);
  // A function, since a text would have `$&` and its like replaced.
  return text.replace(code, () => without);
}

/** What finds the test's title among the names that `bun test -t` matches. */
export function namePattern(name: string): string {
  return name
    .split(/%[a-zA-Z]/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
}
