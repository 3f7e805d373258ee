import type {
  KataAction,
  KataAst,
  KataModelHints,
  KataParserLike,
  KataPhase,
  KataRequirement,
} from "../contract/kata.ts";
import { TokenCursor } from "./cursor.ts";

/**
 * Reads kata source as Ronin 1.1.1 does, key order and error texts included.
 *
 * Text after the last phase is ignored without a word, a later phase of the same name wins, and absent optional
 * keys are present as undefined.
 */
export class KataParser implements KataParserLike {
  /** Throws an Error `Parse error at line L, column C: Expected …`. */
  parse(source: string): KataAst {
    const cursor = new TokenCursor(source);
    cursor.expectKeyword("kata");
    const name = cursor.expectIdentifier();
    const version = cursor.expectVersion();
    cursor.skipNewlines();
    const aiModel = parseKataHints(cursor);
    const requires = parseRequirements(cursor);
    cursor.expectKeyword("initial");
    const initial = cursor.expectIdentifier();
    cursor.skipNewlines();
    // A plain object on purpose: a phase named __proto__ validates and then vanishes, as it does in the host.
    const phases: Record<string, KataPhase> = {};
    while (cursor.takeKeyword("phase")) {
      const phase = parsePhase(cursor);
      phases[phase.name] = phase;
      cursor.skipNewlines();
    }
    return { name, version, requires, initial, phases, aiModel };
  }
}

function parseKataHints(cursor: TokenCursor): KataModelHints | undefined {
  let hints: KataModelHints | undefined;
  for (;;) {
    if (cursor.takeKeyword("ai-model")) hints = { ...hints, nametag: cursor.expectIdentifier() };
    else if (cursor.takeKeyword("ai-tags")) hints = { ...hints, tags: parseTags(cursor) };
    else if (cursor.takeKeyword("ai-fallback")) hints = { ...hints, fallback: cursor.expectIdentifier() };
    else return hints;
    cursor.skipNewlines();
  }
}

// Tags may be missing only where another directive or section begins on the same line.
function parseTags(cursor: TokenCursor): string[] {
  if (AFTER_TAGS.some((word) => cursor.isKeyword(word))) return [];
  const tags = [cursor.expectIdentifier()];
  for (let tag = cursor.takeIdentifier(); tag !== undefined; tag = cursor.takeIdentifier()) tags.push(tag);
  return tags;
}

const AFTER_TAGS = ["ai-model", "ai-fallback", "requires", "initial"];

function parseRequirements(cursor: TokenCursor): KataRequirement[] {
  const requires: KataRequirement[] = [];
  while (cursor.takeKeyword("requires")) {
    const type = cursor.takeAny().text;
    requires.push({ type, name: cursor.expectIdentifier(), version: cursor.takeVersion() });
    cursor.skipNewlines();
  }
  return requires;
}

function parsePhase(cursor: TokenCursor): KataPhase {
  const name = cursor.expectIdentifier();
  cursor.skipNewlines();
  const aiModel = parsePhaseHints(cursor);
  const action = parseAction(cursor);
  cursor.skipNewlines();
  return { name, action, ...parseTransition(cursor), aiModel };
}

function parsePhaseHints(cursor: TokenCursor): KataModelHints | undefined {
  let hints: KataModelHints | undefined;
  for (;;) {
    if (cursor.takeKeyword("ai-model")) hints = { ...hints, nametag: cursor.expectIdentifier() };
    else if (cursor.takeKeyword("ai-fallback")) hints = { ...hints, fallback: cursor.expectIdentifier() };
    else if (cursor.isKeyword("ai-tags")) throw new TypeError(TAGS_IN_A_PHASE);
    else return hints;
    cursor.skipNewlines();
  }
}

// The host calls a method it does not have; the engine's words reach whoever reads the validation report.
const TAGS_IN_A_PHASE =
  "this.isAtPhaseStart is not a function. (In 'this.isAtPhaseStart()', 'this.isAtPhaseStart' is undefined)";

function parseAction(cursor: TokenCursor): KataAction {
  if (cursor.takeKeyword("run")) {
    cursor.expectKeyword("skill");
    return { type: "run", skill: cursor.expectIdentifier() };
  }
  if (cursor.takeKeyword("spawn")) {
    cursor.expectKeyword("kata");
    const kata = cursor.expectIdentifier();
    const version = cursor.expectVersion();
    cursor.expectArrow();
    cursor.expectIdentifier();
    return { type: "spawn", kata, version };
  }
  if (cursor.takeKeyword("wait")) {
    cursor.expectKeyword("event");
    const eventName = cursor.expectIdentifier();
    return {
      type: "wait",
      eventName,
      timeout: cursor.takeKeyword("timeout") ? cursor.expectNumber("timeout") : undefined,
    };
  }
  throw cursor.expected("'run', 'spawn', or 'wait'");
}

function parseTransition(cursor: TokenCursor): Pick<KataPhase, "next" | "terminal"> {
  if (cursor.takeKeyword("next")) return { next: cursor.expectIdentifier(), terminal: undefined };
  if (cursor.takeKeyword("complete")) return { next: undefined, terminal: "complete" };
  if (cursor.takeKeyword("fail")) return { next: undefined, terminal: "fail" };
  throw cursor.expected("'next', 'complete', or 'fail' after phase action");
}
