import type { HostAi } from "../host.ts";
import { askForText } from "./ask.ts";
import { toDraftSource } from "./draft.ts";
import { type DraftTask, toDraftPrompt, toRepairPrompt } from "./draft-prompt.ts";
import type { ProposedKata, ProposedKataResult } from "./proposed-kata.ts";

export const DEFAULT_DRAFT_TIMEOUT_MS = 30_000;
const MAX_REPAIRS = 2;
const MAX_ANSWER_TOKENS = 1_000;

export interface DraftDeps {
  /** Without one a draft stands or falls as it came. */
  ai: Pick<HostAi, "complete"> | undefined;
  /** Whether the host's compiler accepts the source, its tools exist and its name is free. */
  check: (source: string) => Promise<ProposedKataResult>;
  /** Told of each refusal, with its reason. */
  refused: (reason: string) => void;
  /** Milliseconds for all questions to the model together. Default 30000. */
  timeoutMs?: number | undefined;
}

export interface DraftResult {
  kata?: ProposedKata | undefined;
  /** The model was asked and gave no answer in time. */
  isModelDown: boolean;
}

/**
 * The draft that came with a need, or else one of the model's, once the host's compiler accepts it. The model may
 * mend a refused one twice, told why. What it writes is data until then, and a proposal after that.
 *
 * @param draft as it was sent; undefined to let the model write one
 */
export async function draftKata(
  deps: DraftDeps,
  task: DraftTask,
  draft: string | undefined,
): Promise<DraftResult> {
  const { ai, timeoutMs = DEFAULT_DRAFT_TIMEOUT_MS } = deps;
  const signal = AbortSignal.timeout(timeoutMs);
  const ask = async (prompt: string): Promise<string | undefined> =>
    ai && (await askForText(ai, prompt, { timeoutMs, maxTokens: MAX_ANSWER_TOKENS, signal }));

  let answer = draft ?? (await ask(toDraftPrompt(task)));
  for (let repairs = 0; answer !== undefined; repairs++) {
    const source = toDraftSource(answer);
    const checked = await deps.check(source);
    if (checked.kind === "kata") return { kata: checked.kata, isModelDown: false };
    deps.refused(checked.reason);
    if (ai === undefined || repairs === MAX_REPAIRS) return { isModelDown: false };
    answer = await ask(toRepairPrompt(task, source, checked.reason));
  }
  return { isModelDown: ai !== undefined };
}
