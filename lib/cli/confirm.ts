import { confirm, isCancel } from "@clack/prompts";
import type { Terminal } from "./choose-version.ts";

/**
 * Asks yes or no; No is where the cursor starts, so that a stray Enter decides nothing.
 *
 * @returns undefined when the person pressed Ctrl-C or Escape
 */
export async function askToConfirm(question: string, terminal: Terminal = {}): Promise<boolean | undefined> {
  const answer = await confirm({ ...terminal, message: question, initialValue: false });
  return isCancel(answer) ? undefined : answer;
}
