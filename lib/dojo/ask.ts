import { setTimeout as sleep } from "node:timers/promises";
import type { HostAi } from "../host.ts";

export const DEFAULT_MODEL_TIMEOUT_MS = 4_000;

export interface AskOptions {
  /** Milliseconds for the whole answer. Default 4000. */
  timeoutMs?: number | undefined;
  maxTokens: number;
  /** Ends the asking before that: the limit of all questions together. */
  signal?: AbortSignal | undefined;
}

/**
 * The text that the host's model answers with; undefined when there is none in time. Never rejects and never
 * takes longer than the limit: a model is a help, not a dependency.
 */
export async function askForText(
  ai: Pick<HostAi, "complete">,
  prompt: string,
  { timeoutMs = DEFAULT_MODEL_TIMEOUT_MS, maxTokens, signal }: AskOptions,
): Promise<string | undefined> {
  if (signal?.aborted) return undefined;
  const answered = new AbortController();
  const ended = signal === undefined ? answered.signal : AbortSignal.any([answered.signal, signal]);
  try {
    // The host's own time limit covers each attempt only, and a hung server was seen to outlast it.
    const answer: unknown = await Promise.race([
      ai.complete(prompt, { retries: 0, timeoutMs, temperature: 0, maxTokens }),
      sleep(timeoutMs, undefined, { signal: ended }),
    ]);
    return answer === undefined ? undefined : toText(answer);
  } catch {
    // No model server runs, or it refused: the usual case, and the flow goes on without it.
    return undefined;
  } finally {
    answered.abort();
  }
}

/** What is no text is an answer that says nothing. */
function toText(answer: unknown): string {
  return typeof answer === "string" ? answer : "";
}
