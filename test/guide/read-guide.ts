import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One fenced block of the guide, named by where it stands. */
export interface Block {
  /** The nearest heading above, without its number signs. */
  heading: string;
  /** From 1, among the blocks of that heading in the same language. */
  ordinal: number;
  /** Empty for diagrams and plain text. */
  language: string;
  text: string;
}

/** The guide as its authors wrote it. It is this project's specification, so it is never edited here. */
export const guideText = readFileSync(join(import.meta.dir, "REALMS_INTEGRATION_GUIDE.md"), "utf8");

/** Every fenced block, in the order of the text. */
export function readBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let heading = "";
  let open: { language: string; lines: string[] } | undefined;
  for (const line of text.split("\n")) {
    const fence = /^```(\w*)\s*$/.exec(line);
    if (open === undefined) {
      heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
      if (fence !== null) open = { language: fence[1] ?? "", lines: [] };
    } else if (fence !== null) {
      blocks.push({ heading, language: open.language, ordinal: 0, text: open.lines.join("\n") });
      open = undefined;
    } else {
      open.lines.push(line);
    }
  }
  return blocks.map((block, position) => ({
    ...block,
    ordinal: countLike(blocks.slice(0, position + 1), block),
  }));
}

/** `Integration Example #1`: how tests and failures name a block. */
export function idOf({ heading, ordinal }: Pick<Block, "heading" | "ordinal">): string {
  return `${heading} #${ordinal}`;
}

function countLike(blocks: readonly Block[], { heading, language }: Block): number {
  return blocks.filter((block) => block.heading === heading && block.language === language).length;
}
