import { dirname, join } from "node:path";
import ts from "typescript";

const root = join(import.meta.dir, "../..");

/**
 * The repository's own compiler options, but for four flags beyond `strict` that the guide was not written
 * under: it reads `results[0].version` unasked, declares constants that it only shows, and its optional fields
 * take undefined.
 */
function guideOptions(): ts.CompilerOptions {
  const path = join(root, "tsconfig.json");
  const { config } = ts.readConfigFile(path, ts.sys.readFile);
  return {
    ...ts.parseJsonConfigFileContent(config, ts.sys, root).options,
    noUncheckedIndexedAccess: false,
    exactOptionalPropertyTypes: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
  };
}

/**
 * Type-checks all modules in one program, as if they lay in test/guide.
 *
 * @param modules name → text
 * @returns name → what the compiler says, an empty list when it is content
 */
export function checkTypes(modules: ReadonlyMap<string, string>): Map<string, string[]> {
  const options = guideOptions();
  const paths = new Map(
    [...modules.keys()].map((name, n) => [join(import.meta.dir, `__block-${n}.ts`), name]),
  );
  const textOf = (path: string): string | undefined => modules.get(paths.get(path) ?? "");

  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => paths.has(path) || fileExists(path);
  host.readFile = (path) => textOf(path) ?? readFile(path);
  host.getSourceFile = (path, target, ...rest) => {
    const text = textOf(path);
    return text === undefined
      ? getSourceFile(path, target, ...rest)
      : ts.createSourceFile(path, text, target, true);
  };

  const program = ts.createProgram({ rootNames: [...paths.keys()], options, host });
  return new Map(
    [...paths].map(([path, name]) => {
      const source = program.getSourceFile(path);
      if (source === undefined) throw new Error(`${dirname(path)} holds no module for ${name}`);
      const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      return [name, found.map(toLine)];
    }),
  );
}

function toLine({ code, messageText, file, start }: ts.Diagnostic): string {
  const line = file === undefined || start === undefined ? "" : file.text.slice(0, start).split("\n").length;
  return `line ${line}: TS${code} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
}
