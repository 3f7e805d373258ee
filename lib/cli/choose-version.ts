import type { Readable, Writable } from "node:stream";
import { isCancel, select } from "@clack/prompts";
import type { Complexity } from "../model/kata.ts";
import { toPlainText } from "../model/text.ts";
import { toIsoDate } from "./format.ts";

/** What a person sees of one version while choosing. The versions of `kata.install_proposed` have this shape. */
export interface VersionChoice {
  version: string;
  description?: string | undefined;
  tags: readonly string[];
  complexity?: Complexity | undefined;
  status: "active" | "deprecated";
  /** Milliseconds since 1970. */
  releaseDate?: number | undefined;
  /** Only these can be chosen. */
  isCompatible: boolean;
}

/** Where the question is asked. Default: the process's own terminal. */
export interface Terminal {
  input?: Readable;
  output?: Writable;
  signal?: AbortSignal;
}

/** With frame and colours, which the prompt counts as text, an option stays on one line of 80 columns. */
const MAX_OPTION_CHARS = 56;
const MIN_HINT_CHARS = 12;
const MAX_VISIBLE = 10;

/**
 * Asks which version to install: all compatible ones, chosen with the arrow keys and Enter.
 *
 * @param initial the version that the cursor starts on; default: the first
 * @returns undefined when the person pressed Ctrl-C or Escape, or when no version is compatible
 */
export async function chooseVersion(
  kataName: string,
  versions: readonly VersionChoice[],
  initial?: string,
  terminal: Terminal = {},
): Promise<string | undefined> {
  const compatible = versions.filter((choice) => choice.isCompatible);
  const start = compatible.find((choice) => choice.version === initial) ?? compatible[0];
  if (start === undefined) return undefined;
  const answer = await select({
    ...terminal,
    message: `Which version of ${toPlainText(kataName, 64)} shall be installed?`,
    options: compatible.map(toOption),
    initialValue: start.version,
    maxItems: MAX_VISIBLE,
  });
  return isCancel(answer) ? undefined : answer;
}

function toOption(choice: VersionChoice): { value: string; label: string; hint?: string } {
  const { version, complexity, status, releaseDate, tags, description = "" } = choice;
  const label = [
    version,
    ...(releaseDate === undefined ? [] : [toIsoDate(releaseDate)]),
    ...(complexity === undefined ? [] : [complexity]),
    ...(status === "deprecated" ? ["deprecated"] : []),
    ...(tags.length === 0 ? [] : [toPlainText(tags.join(", "), 40)]),
  ].join("  ");
  const hint = toPlainText(description, Math.max(MIN_HINT_CHARS, MAX_OPTION_CHARS - label.length));
  return { value: version, label, ...(hint === "" ? {} : { hint }) };
}
