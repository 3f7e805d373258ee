import { readFileSync } from "node:fs";
import type { RealmKataMetadata } from "../../lib/model/kata.ts";
import { row } from "../dojo/katas.ts";

/** What a person said, and what answers it. */
export interface LabelledIntent {
  /** `tune`: looked at while the ranking is worked on. `held`: only counted, so that the score says something. */
  set: "tune" | "held";
  text: string;
  /** Any of them is right. Empty when no kata of the set does this, so that a new one is to be proposed. */
  expected: string[];
}

/** The 200 katas of the set, as publishers would describe them. */
export function readKatas(): RealmKataMetadata[] {
  return readRows("katas.txt").map(([name = "", tags = "", description = ""]) =>
    row(name, "v1", { tags: listOf(tags), description }),
  );
}

/** The 60 intents of the set. */
export function readIntents(): LabelledIntent[] {
  return readRows("intents.txt").map(([set, expected = "", text = ""]) => {
    if (set !== "tune" && set !== "held") throw new Error(`intents.txt: no such set: ${set}`);
    return { set, text, expected: listOf(expected) };
  });
}

function readRows(file: string): string[][] {
  return readFileSync(new URL(file, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split("|").map((cell) => cell.trim()));
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
