import ts from "typescript";
import { describeNode, walk } from "./syntax.ts";
import type { Violation } from "./violation.ts";

/** The host loads every code file below its agents folder, so a helper there would be started as an agent. */
export const agentEntries = ["agents/dojo-agent.ts", "agents/realm-sync-agent.ts"];
/** The host takes one file a plugin: the folder's index, or a file of the plugin's name. */
const pluginEntries = ["plugins/realms.ts", "plugins/realms/index.ts"];

/** Entry folders hold entries only, and an agent's entry decides nothing. */
export function findEntryViolations(source: ts.SourceFile): Violation[] {
  const file = source.fileName;
  const isEntry = [...agentEntries, ...pluginEntries].includes(file);
  const violations: Violation[] = [];
  if (/^(agents|plugins)\//.test(file) && !isEntry) {
    violations.push({ file, rule: "entry-file", detail: "this folder holds entry files only" });
  }
  if (file.startsWith("agents/")) {
    walk(source, (node) => {
      if (!isBranch(node)) return;
      violations.push({
        file,
        rule: "entry-branch",
        detail: `${describeNode(node)}; entries decide nothing`,
      });
    });
  }
  return violations;
}

function isBranch(node: ts.Node): boolean {
  return ts.isIfStatement(node) || ts.isConditionalExpression(node) || ts.isSwitchStatement(node);
}
