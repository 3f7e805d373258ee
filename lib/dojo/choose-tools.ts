import type { HostTool } from "./deps.ts";
import { tellingOf } from "./english.ts";
import { scoreAll } from "./score.ts";
import { type SearchWord, toStems } from "./words.ts";

/** More steps than this, guessed from words, are more likely wrong than right. */
const MAX_CHOSEN = 3;

/**
 * The tools that a need speaks of, in the order in which it does: each has a word of the need in its name that
 * no better one has. Where no name has any, the one tool that meets the need as a kata would.
 */
export function chooseTools(words: readonly SearchWord[], tools: readonly HostTool[]): HostTool[] {
  const ranked = rankTools(words, tools);
  const telling = tellingOf(words).map(({ stem }) => stem);
  const takenBy = new Map<string, HostTool>();
  for (const { tool } of ranked) {
    if (new Set(takenBy.values()).size === MAX_CHOSEN) break;
    const stems = toStems(tool.name);
    for (const stem of telling) if (stems.has(stem) && !takenBy.has(stem)) takenBy.set(stem, tool);
  }
  if (takenBy.size === 0) return ranked.slice(0, 1).flatMap(({ tool, isFit }) => (isFit ? [tool] : []));
  return [...new Set(telling.flatMap((stem) => takenBy.get(stem) ?? []))];
}

/** All tools, those first that a need speaks of most. */
export function rankTools(
  words: readonly SearchWord[],
  tools: readonly HostTool[],
): Array<{ tool: HostTool; isFit: boolean; share: number }> {
  const scores = scoreAll(
    words,
    tools.map((tool) => ({ ...tool, tags: [] })),
  );
  return tools
    .map((tool, index) => ({ tool, isFit: false, share: 0, ...scores[index] }))
    .sort((a, b) => b.share - a.share || (a.tool.name < b.tool.name ? -1 : 1));
}
