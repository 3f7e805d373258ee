const FENCE = "```";
const headerLine = /^\s*kata\s+\S+\s+v\d/;
/** How a phase ends, and so a kata. */
const lastLine = /(?:^|\s)(?:complete|fail|next\s+\S+)$/;

/**
 * The kata source in a draft, which a language model may have wrapped in prose and a code fence: from its
 * header, with the comments before it, to the end of its last phase. The whole text where there is no header.
 * It ends in one newline, as a file does.
 */
export function toDraftSource(draft: string): string {
  return `${withoutProse(insideFence(draft)).trim()}\n`;
}

/** By `indexOf`: a pattern would try each of ten thousand backticks as the start of a fence. */
function insideFence(text: string): string {
  const open = text.indexOf(FENCE);
  if (open === -1) return text;
  const lineEnd = text.indexOf("\n", open);
  if (lineEnd === -1) return text;
  const close = text.indexOf(FENCE, lineEnd);
  return text.slice(lineEnd + 1, close === -1 ? undefined : close);
}

/** The host's parser ignores what follows the last phase, so prose there would be approved unread. */
function withoutProse(text: string): string {
  const lines = text.split("\n");
  const header = lines.findIndex((line) => headerLine.test(line));
  if (header === -1) return text;
  let start = header;
  while (lines[start - 1]?.trimStart().startsWith("#")) start--;
  const last = lines.findLastIndex((line) => lastLine.test(line.trim()));
  return lines.slice(start, last < header ? undefined : last + 1).join("\n");
}
