import type { Complexity } from "../../model/kata.ts";
import type { DeskContext } from "../desk/with-desk.ts";
import type { Report } from "../print.ts";
import { toSearchLines } from "../search-lines.ts";

export interface SearchOptions {
  realm?: string | undefined;
  tag?: string | undefined;
  complexity?: Complexity | undefined;
  usable?: boolean | undefined;
}

/** `realms search [words…]`: what the enabled realms have, best match first. @throws RegistryError `invalid_input` */
export async function searchCommand(
  { desk }: DeskContext,
  words: readonly string[],
  { realm, tag, complexity, usable = false }: SearchOptions,
): Promise<Report> {
  const view = await desk.search({
    text: words.join(" "),
    realm: realm ?? null,
    tag: tag ?? null,
    complexity: complexity ?? null,
    hasSkills: usable,
  });
  return { json: view, lines: toSearchLines(view) };
}
