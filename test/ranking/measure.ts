import { Database } from "bun:sqlite";
import { searchRealms } from "../../lib/dojo/search.ts";
import { toSearchWords } from "../../lib/dojo/words.ts";
import { RealmsRegistry } from "../../lib/registry/registry.ts";
import { type LabelledIntent, readIntents, readKatas } from "./labelled-set.ts";

export interface Score {
  answered: number;
  /** Of `answered`: a right kata is the first, or among the first three. */
  top1: number;
  top3: number;
  unanswered: number;
  /** Of `unanswered`: a kata was found, so no new one would be proposed. */
  wrong: number;
}

export interface Outcome {
  intent: LabelledIntent;
  /** Names, best first. */
  found: string[];
}

/** What the search finds in the labelled katas, without a model, for each labelled intent. */
export function rankLabelledSet(): Outcome[] {
  const registry = new RealmsRegistry(new Database(":memory:", { strict: true }));
  registry.registerRealm({
    id: "central",
    name: "Central",
    type: "central",
    url: "https://central.test/v1",
    enabled: true,
  });
  registry.indexKatas("central", readKatas());
  return readIntents().map((intent) => ({
    intent,
    found: searchRealms(registry, toSearchWords(intent.text)).map(({ name }) => name),
  }));
}

export function scoreOf(outcomes: readonly Outcome[]): Score {
  const answered = outcomes.filter(({ intent }) => intent.expected.length > 0);
  const unanswered = outcomes.filter(({ intent }) => intent.expected.length === 0);
  return {
    answered: answered.length,
    top1: answered.filter((outcome) => hasRight(outcome, 1)).length,
    top3: answered.filter((outcome) => hasRight(outcome, 3)).length,
    unanswered: unanswered.length,
    wrong: unanswered.filter(({ found }) => found.length > 0).length,
  };
}

export function hasRight({ intent, found }: Outcome, first: number): boolean {
  return found.slice(0, first).some((name) => intent.expected.includes(name));
}

if (import.meta.main) {
  const outcomes = rankLabelledSet();
  const shown = [
    { name: "tune", some: outcomes.filter(({ intent }) => intent.set === "tune") },
    { name: "held", some: outcomes.filter(({ intent }) => intent.set === "held") },
    { name: "all", some: outcomes },
  ];
  for (const { name, some } of shown) {
    const { answered, top1, top3, unanswered, wrong } = scoreOf(some);
    console.log(
      `${name}: top-1 ${top1}/${answered}, top-3 ${top3}/${answered}, wrong without an answer ${wrong}/${unanswered}`,
    );
  }
  // The held ones stay unread, so that nobody is tempted to rank by them.
  for (const { intent, found } of outcomes.filter(({ intent }) => intent.set === "tune")) {
    const isRight = intent.expected.length === 0 ? found.length === 0 : hasRight({ intent, found }, 3);
    if (isRight) continue;
    console.log(`  ${intent.text}\n    expected ${intent.expected.join(", ") || "nothing"}`);
    console.log(`    found ${found.slice(0, 3).join(", ") || "nothing"}`);
  }
}
