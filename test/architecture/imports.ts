import { posix } from "node:path";
import ts from "typescript";
import { walk } from "./syntax.ts";

/** One way a file reaches for another module. */
export interface ImportRef {
  /** Undefined when it is worked out at run time. */
  specifier: string | undefined;
  isDynamic: boolean;
}

/** Where an import leads. */
export type Target =
  | { kind: "file"; path: string }
  | { kind: "peer" }
  | { kind: "package"; name: string }
  | { kind: "elsewhere"; specifier: string };

const PEER = "ronin-plugin-api";
const OWN_NAME = "ronin-realms";

/**
 * All imports of a file: static, type-only, side-effect and re-exporting ones, `import x = require()`,
 * `import()` and `require()` calls, `import("x").T` types, and reference directives.
 */
export function readImports(source: ts.SourceFile): ImportRef[] {
  const found: ImportRef[] = source.referencedFiles.map(({ fileName }) => ({
    specifier: fileName.startsWith(".") ? fileName : `./${fileName}`,
    isDynamic: false,
  }));
  walk(source, (node) => {
    if (ts.isImportDeclaration(node)) found.push(refOf(node.moduleSpecifier, false));
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier)
      found.push(refOf(node.moduleSpecifier, false));
    else if (ts.isExternalModuleReference(node)) found.push(refOf(node.expression, false));
    else if (ts.isImportTypeNode(node)) found.push(refOf(node.argument, false));
    else if (ts.isCallExpression(node) && isImportCall(node)) found.push(refOf(node.arguments[0], true));
  });
  return found;
}

/** `files` decides between `./x.ts` and `./x/index.ts` where the extension is left out. */
export function resolveImport(specifier: string, from: string, files: ReadonlyMap<string, string>): Target {
  if (specifier === PEER || specifier.startsWith(`${PEER}/`)) return { kind: "peer" };
  if (specifier === OWN_NAME) return { kind: "file", path: "lib/index.ts" };
  if (specifier.startsWith("/") || specifier.startsWith("file:")) return { kind: "elsewhere", specifier };
  if (!/^\.\.?(\/|$)/.test(specifier)) return { kind: "package", name: specifier };

  const path = posix.join(posix.dirname(from), specifier);
  if (path.startsWith("..")) return { kind: "elsewhere", specifier };
  const candidates = [path, `${path}.ts`, `${path}/index.ts`, path.replace(/\.([cm]?)js$/, ".$1ts")];
  return { kind: "file", path: candidates.find((candidate) => files.has(candidate)) ?? path };
}

function isImportCall(node: ts.CallExpression): boolean {
  if (node.expression.kind === ts.SyntaxKind.ImportKeyword) return true;
  return ts.isIdentifier(node.expression) && node.expression.text === "require";
}

function refOf(node: ts.Node | undefined, isDynamic: boolean): ImportRef {
  const literal = node !== undefined && ts.isLiteralTypeNode(node) ? node.literal : node;
  const isText = literal !== undefined && ts.isStringLiteralLike(literal);
  return { specifier: isText ? literal.text : undefined, isDynamic };
}
