const FENCE = "```";

/**
 * The kata source in a draft, which a language model may have wrapped in prose and a code fence. Without a
 * fence it is the whole text. It ends in one newline, as a file does.
 */
export function toDraftSource(draft: string): string {
  return `${insideFence(draft).trim()}\n`;
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
