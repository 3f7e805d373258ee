import ts from "typescript";
import type { Scope } from "./scope.ts";

/** What a block declared, by name; undefined after a `return` of its own. */
export type Declared = Record<string, unknown> | undefined;
export type Run = (scope: Scope) => Promise<Declared>;

/** Makes a wrapped module callable. Its imports are types only, so nothing of it needs resolving. */
export function load(moduleText: string): Run {
  const { outputText } = ts.transpileModule(moduleText, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ESNext },
  });
  const exports: { run?: (scope: Scope) => Declared | Promise<Declared> } = {};
  new Function("exports", outputText)(exports);
  // A block of types leaves nothing behind that could run.
  return async (scope) => (exports.run === undefined ? {} : exports.run(scope));
}
