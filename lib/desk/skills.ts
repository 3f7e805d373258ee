import type { HostTool } from "../host.ts";
import { toPlainText } from "../model/text.ts";
import type { DeskDeps } from "./deps.ts";
import type { SkillView } from "./shown.ts";

const MAX_DESCRIPTION_CHARS = 300;
const reaches = ["shell", "file", "network"] as const;

/** Words in a skill's name that tell what it can touch. A name is all that is known of what a kata runs. */
const reachWords: Record<(typeof reaches)[number], ReadonlySet<string>> = {
  shell: new Set([
    "shell",
    "exec",
    "bash",
    "terminal",
    "command",
    "process",
    "python",
    "script",
    "eval",
    "code",
  ]),
  file: new Set(["file", "files", "fs", "folder", "directory", "path", "db", "database", "git", "disk"]),
  network: new Set(
    "http https web net network fetch url browser scrape mail email smtp telegram discord slack webhook torrent api download upload cloudflare".split(
      " ",
    ),
  ),
};

/** The skills that a plan needs, each once: those with a reach first, then by name. */
export function toSkillViews(
  { tools, hasSkill }: Pick<DeskDeps, "tools" | "hasSkill">,
  names: readonly string[],
): SkillView[] {
  const listed = new Map<string, HostTool>(tools?.list().map((tool) => [tool.name, tool]));
  const views = [...new Set(names)].map((name): SkillView => {
    const tool = listed.get(name);
    return {
      name: toPlainText(name, 128),
      description: tool === undefined ? null : toPlainText(String(tool.description), MAX_DESCRIPTION_CHARS),
      riskLevel: tool?.riskLevel ?? null,
      isPresent: hasSkill(name),
      reach: reachOf(name),
    };
  });
  return views.sort((a, b) => rankOf(a) - rankOf(b) || (a.name < b.name ? -1 : 1));
}

/** The strongest reach that the name speaks of. */
export function reachOf(skill: string): SkillView["reach"] {
  const words = skill.toLowerCase().split(/[^a-z0-9]+/);
  return reaches.find((reach) => words.some((word) => reachWords[reach].has(word))) ?? null;
}

function rankOf({ reach }: SkillView): number {
  return reach === null ? reaches.length : reaches.indexOf(reach);
}
