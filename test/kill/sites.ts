import ts from "typescript";
import { parseSource, walk } from "../architecture/syntax.ts";

/** A place in the source that leaves something behind or reaches outside. */
export interface Site {
  /** `file: act`, as a person reads it. */
  label: string;
  /** What a recorded act of this place looks like. */
  pattern: RegExp;
}

/** Rooms that no host and no sync of this story runs: a person's command, the build, and the host itself. */
const elsewhere = /^lib\/(?:cli|publish|build|drop-in|embedded-host|web)\//;
/** What the host writes when it registers a kata is a step of an install. */
const hostsOwn = "lib/embedded-host/kata/store.ts";
const writing =
  /^\s*(?:INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|REPLACE|BEGIN|COMMIT|ROLLBACK|PRAGMA (?:journal_mode|wal_checkpoint))\b/;
const fileWrites =
  /^(?:write|append|rename|rm|unlink|mkdir|copyFile|cp|chmod|link|symlink|truncate|utimes|open)\w*$/;

/** Every write statement, file write, request, event and spawn that the source of the pack holds. */
export function findSites(tree: ReadonlyMap<string, string>): Site[] {
  const sites = new Map<string, Site>();
  for (const [path, text] of tree) {
    if (!path.startsWith("lib/") || (elsewhere.test(path) && path !== hostsOwn)) continue;
    const imported = new Set<string>();
    walk(parseSource(path, text), (node) => {
      if (isImportOfFs(node)) for (const name of namesOf(node)) imported.add(name);
      for (const { what, pattern } of actsOf(node, path, imported)) {
        const label = `${path}: ${what}`;
        sites.set(label, { label, pattern });
      }
    });
  }
  return [...sites.values()];
}

function isImportOfFs(node: ts.Node): node is ts.ImportDeclaration {
  return (
    ts.isImportDeclaration(node) &&
    ts.isStringLiteral(node.moduleSpecifier) &&
    /^node:fs(?:\/promises)?$/.test(node.moduleSpecifier.text)
  );
}

function namesOf(node: ts.ImportDeclaration): string[] {
  const bindings = node.importClause?.namedBindings;
  return bindings !== undefined && ts.isNamedImports(bindings)
    ? bindings.elements.map(({ name }) => name.text)
    : [];
}

interface Act {
  what: string;
  pattern: RegExp;
}

function actsOf(node: ts.Node, path: string, imported: ReadonlySet<string>): Act[] {
  const sql = sqlOf(node);
  if (sql !== undefined) {
    const shown = sql.map(squeeze).join("…");
    return [
      {
        what: shown,
        pattern: new RegExp(`^sql \\S+ ${sql.map((part) => RegExp.escape(squeeze(part))).join(".*")}`),
      },
    ];
  }
  if (!ts.isCallExpression(node)) return [];
  const callee = node.expression.getText().replace(/\?\./g, ".");
  const [first] = node.arguments;
  if (imported.has(callee) && fileWrites.test(callee) && !isRead(callee, node)) {
    return [{ what: callee, pattern: new RegExp(`^file ${callee} ${RegExp.escape(path)}$`) }];
  }
  if (/(?:^|\.)bus\.emit$/.test(callee) && first !== undefined && ts.isStringLiteral(first)) {
    return [{ what: `emit ${first.text}`, pattern: new RegExp(`^emit ${RegExp.escape(first.text)}$`) }];
  }
  const kind = requests[callee.split(".").at(-1) ?? ""];
  if (kind !== undefined && path.startsWith("lib/realm-client/client.ts")) {
    return [{ what: callee, pattern: kind }];
  }
  if (callee === "Bun.spawn") return [{ what: "spawn", pattern: /^spawn$/ }];
  if (callee === "stdout.write" && path.startsWith("lib/sync/"))
    return [{ what: "outcome", pattern: /^outcome$/ }];
  return [];
}

/** The client's methods, and what their requests ask for. */
const requests: Record<string, RegExp> = {
  fetchPointer: /^request \/realm\.json$/,
  fetchPack: /^request \/packs\//,
  fetchSource: /^request \/katas\//,
  fetchBounded: /^request \/metadata\//,
};

function isRead(callee: string, node: ts.CallExpression): boolean {
  const flags = node.arguments[1];
  return callee === "openSync" && flags !== undefined && ts.isStringLiteral(flags) && flags.text === "r";
}

/** The fixed parts of a statement that writes; what stands between them is filled in at run time. */
function sqlOf(node: ts.Node): string[] | undefined {
  const parts = ts.isStringLiteralLike(node)
    ? [node.text]
    : ts.isTemplateExpression(node)
      ? [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]
      : [];
  return writing.test(parts[0] ?? "") ? parts : undefined;
}

function squeeze(part: string): string {
  return part.replace(/\s+/g, " ").trim();
}
