import ts from "typescript";
import type { Block } from "./read-guide.ts";
import type { Scope } from "./scope.ts";
import { substitute } from "./substitutions.ts";

/** What kind of code a block is a piece of: statements, members of a class, or declarations of types. */
export type Form = "function" | "class" | "types";

const publicTypes = [
  "KataDiscoveryResult",
  "KataInstallReceipt",
  "KataInstallRequest",
  "Realm",
  "RealmKataMetadata",
];
const scopeNames: ReadonlyArray<keyof Scope> = [
  "registry",
  "api",
  "console",
  "metadata",
  "request",
  "query",
  "realmIds",
  "uuid",
  "ai",
  "compiler",
  "ast",
  "source",
  "crypto",
  "db",
  "fetchRealmIndex",
  "offered",
  "draft",
  "indexRow",
];

/**
 * A whole module around a block. Its `run` takes the scope; for statements it returns what the block declared,
 * or undefined after a `return` of the block's own; for class members it returns the class as `Block`.
 */
export function wrap({ text }: Pick<Block, "text">, form: Form): string {
  const code = substitute(text);
  const declared = declaredNames(code);
  const imports = publicTypes.filter((name) => !declared.includes(name)).join(", ");
  const head = `import type { ${imports} } from "../../lib/index.ts";\nimport type { Scope } from "./scope.ts";\n`;
  if (form === "types") return `${head}${code}\n${declared.map(compareTypes).join("\n")}\n`;

  const parameters = `{ ${scopeNames.join(", ")} }: Scope`;
  if (form === "class")
    return `${head}export function run(${parameters}) {\nreturn { Block: class {\n${code}\n} };\n}\n`;
  // In a block of its own, so that what the guide declares may have the name of something in the scope.
  return `${head}export async function run(${parameters}) {\n{\n${code}\nreturn { ${declared.join(", ")} };\n}\n}\n`;
}

/** Names that the code declares at its top level. */
export function declaredNames(code: string): string[] {
  const source = ts.createSourceFile("block.ts", code, ts.ScriptTarget.ESNext, true);
  return source.statements.flatMap((statement) => {
    if (ts.isInterfaceDeclaration(statement)) return [statement.name.text];
    if (!ts.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  });
}

/** The guide's type and ours take each other's values, field by field; ours may have more, all optional. */
function compareTypes(name: string): string {
  return [
    `type Ours = import("../../lib/index.ts").${name};`,
    `export const named: (keyof ${name})[] extends (keyof Ours)[] ? true : false = true;`,
    `export const toGuide = (value: Pick<Ours, keyof ${name}>): ${name} => value;`,
    `export const toOurs = (value: ${name}): Ours => value;`,
  ].join("\n");
}
