import ts from "typescript";

/** Parses without checking types: what the rules ask is in the text itself. */
export function parseSource(path: string, text: string): ts.SourceFile {
  const kind = /\.[cm]?[jt]sx$/.test(path) ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  return ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true, kind);
}

/** Every node, parents first. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** `line 12: Date.now()`, the node's first line cut short. */
export function describeNode(node: ts.Node): string {
  const source = node.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
  const [text = ""] = node.getText(source).split("\n");
  return `line ${line + 1}: ${text.slice(0, 80)}`;
}

/**
 * Whether the node reads `object.member`: with a dot, with a text in brackets, by destructuring, and through
 * `globalThis`.
 */
export function readsMember(node: ts.Node, object: string, members: readonly string[]): boolean {
  if (ts.isPropertyAccessExpression(node)) {
    return isGlobal(node.expression, object) && members.includes(node.name.text);
  }
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return isGlobal(node.expression, object) && members.includes(node.argumentExpression.text);
  }
  if (ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name) && node.initializer) {
    return (
      isGlobal(node.initializer, object) && node.name.elements.some((el) => members.includes(nameOf(el)))
    );
  }
  return false;
}

/** Whether the identifier is a use of a variable of that name, and not just a member or a declaration. */
export function isValueUse(node: ts.Node, name: string): node is ts.Identifier {
  if (!ts.isIdentifier(node) || node.text !== name) return false;
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isTypeQueryNode(parent) || ts.isQualifiedName(parent) || ts.isTypeReferenceNode(parent))
    return false;
  if (ts.isBindingElement(parent) && parent.propertyName === node) return false;
  return !("name" in parent && parent.name === node);
}

function isGlobal(node: ts.Expression, name: string): boolean {
  if (ts.isIdentifier(node)) return node.text === name;
  return (
    ts.isPropertyAccessExpression(node) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === "globalThis" &&
    node.name.text === name
  );
}

function nameOf(element: ts.BindingElement): string {
  return (element.propertyName ?? element.name).getText();
}
