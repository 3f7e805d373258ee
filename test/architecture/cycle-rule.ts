import type ts from "typescript";
import { readImports, resolveImport } from "./imports.ts";
import type { Violation } from "./violation.ts";

/** Import cycles between files, type-only imports included: one violation a cycle found. */
export function findCycles(
  sources: readonly ts.SourceFile[],
  files: ReadonlyMap<string, string>,
): Violation[] {
  const edges = new Map(sources.map((source) => [source.fileName, importedFiles(source, files)]));
  const finished = new Set<string>();
  const violations: Violation[] = [];

  const follow = (file: string, trail: readonly string[]): void => {
    const start = trail.indexOf(file);
    if (start >= 0) {
      violations.push(describeCycle(trail.slice(start)));
      return;
    }
    if (finished.has(file)) return;
    for (const next of edges.get(file) ?? []) follow(next, [...trail, file]);
    finished.add(file);
  };
  for (const file of edges.keys()) follow(file, []);
  return violations;
}

/** Begins at the first file by name, so that a cycle is reported alike wherever the walk met it. */
function describeCycle(members: readonly string[]): Violation {
  const [file = ""] = [...members].sort();
  const from = members.indexOf(file);
  const cycle = [...members.slice(from), ...members.slice(0, from), file];
  return { file, rule: "cycle", detail: cycle.join(" → ") };
}

function importedFiles(source: ts.SourceFile, files: ReadonlyMap<string, string>): string[] {
  const paths = readImports(source).flatMap(({ specifier }) => {
    if (specifier === undefined) return [];
    const target = resolveImport(specifier, source.fileName, files);
    return target.kind === "file" && files.has(target.path) ? [target.path] : [];
  });
  return [...new Set(paths)];
}
