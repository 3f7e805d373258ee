import ts from "typescript";

/** The member names of the interface that a block declares, in its order. */
export function membersOf(text: string): string[] {
  const source = ts.createSourceFile("block.ts", text, ts.ScriptTarget.ESNext, true);
  return source.statements
    .filter(ts.isInterfaceDeclaration)
    .flatMap(({ members }) => members.map((member) => member.name?.getText() ?? ""));
}
