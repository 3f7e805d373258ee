import ts from "typescript";
import { readImports } from "./imports.ts";
import { isUnder } from "./rooms.ts";
import { findSql } from "./sql-text.ts";
import { describeNode, isValueUse, readsMember, walk } from "./syntax.ts";
import type { Rule, Violation } from "./violation.ts";

/** Something that only some places may do. */
interface ContentRule {
  rule: Rule;
  allowed: readonly string[];
  /** What was found, or undefined. */
  find(node: ts.Node): string | undefined;
}

/** The embedded host is another package that happens to live here: it is a host, and does what hosts do. */
const otherPackage = "lib/embedded-host/";
const clocks = ["lib/runtime/", "lib/clock.ts", "lib/build/", "examples/", otherPackage];
const settings = ["lib/runtime/", "lib/cli/", "lib/build/", "examples/", otherPackage];
const pureRooms = ["lib/model/", "lib/trust/", "lib/events.ts", "lib/bus.ts"];

const httpModules = /^((node:)?(http|https|http2)|undici)$/;
const cryptoModules = /^(node:)?crypto$/;
const ioModules =
  /^(bun(:sqlite)?|(node:)?(fs(\/promises)?|child_process|worker_threads|net|tls|dgram|dns(\/promises)?|timers(\/promises)?))$/;

const contentRules: readonly ContentRule[] = [
  {
    rule: "fetch",
    // The browser's script runs in the browser, where its own page is all that it may ask.
    allowed: ["lib/realm-client/", "lib/web/assets/browser/", otherPackage],
    find: when(isFetch),
  },
  {
    rule: "sql",
    allowed: ["lib/registry/", otherPackage],
    find: (node) => findSql(node)?.replace(/\s+/g, " ").slice(0, 80),
  },
  { rule: "time", allowed: clocks, find: when(readsTime) },
  { rule: "environment", allowed: settings, find: when(readsEnvironment) },
  {
    rule: "crypto",
    allowed: ["lib/trust/", "lib/runtime/approval-key.ts", "lib/runtime/secret-file.ts", otherPackage],
    find: when(usesCrypto),
  },
];

/** What one file does that only other places may do. */
export function findContentViolations(source: ts.SourceFile): Violation[] {
  const file = source.fileName;
  const rules = contentRules.filter(({ allowed }) => !isUnder(file, allowed));
  const violations: Violation[] = [];
  walk(source, (node) => {
    for (const { rule, find } of rules) {
      const detail = find(node);
      if (detail !== undefined) violations.push({ file, rule, detail });
    }
  });
  return [...violations, ...findModules(source, rules)];
}

function findModules(source: ts.SourceFile, rules: readonly ContentRule[]): Violation[] {
  const file = source.fileName;
  const isRuled = (rule: Rule) => rules.some((one) => one.rule === rule);
  return readImports(source).flatMap(({ specifier = "" }): Violation[] => {
    const detail = `imports ${specifier}`;
    if (httpModules.test(specifier) && isRuled("fetch")) return [{ file, rule: "fetch", detail }];
    if (cryptoModules.test(specifier) && isRuled("crypto")) return [{ file, rule: "crypto", detail }];
    if (ioModules.test(specifier) && isUnder(file, pureRooms)) return [{ file, rule: "io", detail }];
    return [];
  });
}

function isFetch(node: ts.Node): boolean {
  return (
    isValueUse(node, "fetch") ||
    readsMember(node, "globalThis", ["fetch"]) ||
    readsMember(node, "Bun", ["fetch"])
  );
}

function readsTime(node: ts.Node): boolean {
  if (readsMember(node, "Date", ["now"])) return true;
  const isMade = ts.isNewExpression(node) || ts.isCallExpression(node);
  if (!isMade || node.expression.getText() !== "Date") return false;
  return ts.isCallExpression(node) || (node.arguments ?? []).length === 0;
}

function readsEnvironment(node: ts.Node): boolean {
  if (readsMember(node, "process", ["env"]) || readsMember(node, "Bun", ["env"])) return true;
  if (ts.isImportDeclaration(node) && /^["'](node:)?process["']$/.test(node.moduleSpecifier.getText()))
    return true;
  return ts.isPropertyAccessExpression(node) && node.getText() === "import.meta.env";
}

/** `crypto.randomUUID()` names things and hides nothing, so it is free. */
function usesCrypto(node: ts.Node): boolean {
  return (
    readsMember(node, "Bun", [
      "CryptoHasher",
      "SHA1",
      "SHA256",
      "SHA384",
      "SHA512",
      "MD5",
      "sha",
      "password",
    ]) || readsMember(node, "crypto", ["subtle"])
  );
}

function when(holds: (node: ts.Node) => boolean): ContentRule["find"] {
  return (node) => (holds(node) ? describeNode(node) : undefined);
}
