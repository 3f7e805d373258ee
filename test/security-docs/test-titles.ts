import ts from "typescript";
import { parseSource, walk } from "../architecture/syntax.ts";

/**
 * The titles of all tests that a file runs: of `test("…")` and `test.each(…)("…")`. One that is skipped or still
 * to be written does not count, nor does a title that merely stands in a comment.
 */
export function readTestTitles(path: string, text: string): Set<string> {
  const titles = new Set<string>();
  const skipped: ts.Node[] = [];
  walk(parseSource(path, text), (node) => {
    if (!ts.isCallExpression(node)) return;
    if (isSkipping(node.expression)) skipped.push(node);
    const [title] = node.arguments;
    if (title === undefined || !ts.isStringLiteralLike(title) || !isTest(node.expression)) return;
    if (!skipped.some((outer) => outer.pos <= node.pos && node.end <= outer.end)) titles.add(title.text);
  });
  return titles;
}

/** `test`, or what `test.each(…)` gives. */
function isTest(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return callee.text === "test";
  return ts.isCallExpression(callee) && callee.expression.getText() === "test.each";
}

/** `describe.skip`, `test.todo`, `test.skip.each(…)` and their like, around whatever they hold. */
function isSkipping(callee: ts.Expression): boolean {
  return /^(?:describe|test)\.(?:skip|todo|if|skipIf|todoIf|failing)\b/.test(callee.getText());
}
