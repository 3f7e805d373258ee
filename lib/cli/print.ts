import type { Writable } from "node:stream";
import { styleText } from "node:util";
import { messageOf, RealmsError } from "../errors.ts";
import { type Problem, PublishError } from "../publish/publish-error.ts";
import { CommandError } from "./command-error.ts";
import { toProblemLines } from "./problem-lines.ts";

/** One line for a person; a style shows on terminals only, so nothing may depend on it. */
export type Line = string | { text: string; style: "good" | "bad" | "dim" | "strong" };

/** What a command found, for a person and for a program. */
export interface Report {
  lines: readonly Line[];
  json: unknown;
  /** What the process ends with. Default 0; a check that found errors has a report and still fails. */
  exitCode?: number | undefined;
}

/** @param hasColors whether styles are shown, which a file or another program could not read */
export function printLines(output: Writable, lines: readonly Line[], hasColors = false): void {
  output.write(`${lines.map((line) => toPrinted(line, hasColors)).join("\n")}\n`);
}

const formats = { good: "green", bad: "red", dim: "dim", strong: "bold" } as const;

function toPrinted(line: Line, hasColors: boolean): string {
  if (typeof line === "string") return withoutControls(line);
  const text = withoutControls(line.text);
  return hasColors ? styleText(formats[line.style], text, { validateStream: false }) : text;
}

/** One document, with every invisible character as an escape: safe to look at, and the same data. */
export function printJson(output: Writable, value: unknown): void {
  const escaped = JSON.stringify(value, null, 2).replace(
    /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{DI}]/gu,
    toEscapes,
  );
  output.write(`${escaped}\n`);
}

/** The error as lines for a person, the first with the command's name. */
export function toErrorLines(error: unknown): string[] {
  if (error instanceof PublishError) {
    const [first = "", ...others] = toProblemLines(error);
    return [`realms: ${first}`, ...others];
  }
  const message = error instanceof CommandError ? error.message : messageOf(error);
  return `realms: ${message}`.split("\n");
}

export function toErrorJson(error: unknown): {
  error: { code: string; message: string; problems?: readonly Problem[] };
} {
  const code = error instanceof RealmsError ? error.code : "internal";
  const message = error instanceof CommandError ? error.message : messageOf(error);
  const problems = error instanceof PublishError ? { problems: error.problems } : {};
  return { error: { code, message, ...problems } };
}

/** The last door: values are made plain where they are formatted, and nothing else gets past here either. */
function withoutControls(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{DI}]/gu, "");
}

function toEscapes(character: string): string {
  return Array.from(
    { length: character.length },
    (_, position) => `\\u${character.charCodeAt(position).toString(16).padStart(4, "0")}`,
  ).join("");
}
