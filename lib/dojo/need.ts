import type { EventPayload } from "../events.ts";
import { toPlainText } from "../model/text.ts";

/** Longest need that is kept, in characters; the event allows no more. */
const MAX_INTENT_CHARS = 2_000;
const MAX_QUOTED_CHARS = 80;

/** A `capability.missing` as the Dojo works on it. */
export interface Need {
  /** As it was sent, so that the sender recognises the answer. */
  intent: string;
  /** On one line, without invisible characters: what is stored and shown. */
  text: string;
  /** What makes two needs the same. */
  key: string;
  /** A kata that the sender drafted. Anybody's text. */
  draft?: string | undefined;
}

/** Undefined when the intent holds nothing that a person could see. */
export function toNeed(payload: EventPayload<"capability.missing">): Need | undefined {
  // Half a surrogate pair has no bytes: a source that quotes it would not be the bytes that are kept of it.
  const text = toPlainText(payload.intent.toWellFormed(), MAX_INTENT_CHARS);
  if (text === "") return undefined;
  return { intent: payload.intent, text, key: toNeedKey(text), draft: payload._proposedDsl };
}

/** "I need X." and "i need x" are one need. */
export function toNeedKey(text: string): string {
  const plain = toPlainText(text, MAX_INTENT_CHARS).normalize("NFKC").toLowerCase();
  return plain.replace(/[.!?…]{1,8}$/, "").trim();
}

/** A need in a log line. */
export function quoteNeed(text: string): string {
  return `"${toPlainText(text, MAX_QUOTED_CHARS)}"`;
}
