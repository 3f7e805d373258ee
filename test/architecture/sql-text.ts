import ts from "typescript";

/**
 * Keywords are matched in upper case, as the house writes them, and in lower case where the rest makes it SQL.
 * "Select a version from the list" begins with a capital and is a sentence.
 */
const statements: readonly RegExp[] = [
  /^(SELECT|select)\b[\s\S]*\b(FROM|from)\b/,
  /^SELECT\b/,
  /^(INSERT|insert|REPLACE|replace)\s+(OR\s+\w+\s+|or\s+\w+\s+)?(INTO|into)\b/,
  /^(UPDATE|update)\s+(OR\s+\w+\s+|or\s+\w+\s+)?\S+\s+(SET|set)\b/,
  /^(DELETE\s+FROM|delete\s+from)\b/,
  /^(CREATE|create|DROP|drop|ALTER|alter)\s+((TEMP|TEMPORARY|UNIQUE|VIRTUAL|temp|temporary|unique|virtual)\s+)?(TABLE|INDEX|TRIGGER|VIEW|table|index|trigger|view)\b/,
  /^(PRAGMA|pragma)\s+\w+/,
  /^WITH\s+(RECURSIVE\s+)?\S+\s+AS\s*\(/,
  /^(BEGIN|COMMIT|ROLLBACK|VACUUM)(\s+[A-Z]+)*\s*;?$/,
  /^begin\s+(immediate|exclusive|deferred|transaction)\b/,
  /^(SAVEPOINT|RELEASE|ATTACH|DETACH)\s+\S+/,
];

/** The literal's text when it starts a SQL statement. Parts that are worked out at run time read as `?`. */
export function findSql(node: ts.Node): string | undefined {
  if (!isText(node) || isPartOfLonger(node)) return undefined;
  const text = textOf(node)
    .replace(/^(\s|--[^\n]*\n)+/, "")
    .trim();
  return statements.some((statement) => statement.test(text)) ? text : undefined;
}

function isText(node: ts.Node): node is ts.Expression {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) || isSum(node);
}

/** `"SELECT id " + "FROM realms"` is one text, judged at its outermost `+`. */
function isSum(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
}

function isPartOfLonger(node: ts.Node): boolean {
  return isSum(node.parent) || ts.isLiteralTypeNode(node.parent);
}

function textOf(node: ts.Expression): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map((span) => `?${span.literal.text}`).join("");
  }
  return isSum(node) ? textOf(node.left) + textOf(node.right) : "?";
}
