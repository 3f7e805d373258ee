import { CommandError } from "./command-error.ts";
import { askToConfirm } from "./confirm.ts";
import type { CommandContext } from "./context.ts";

/**
 * Goes on when the person says yes, or said so with `--yes`.
 *
 * @throws CommandError `declined`, `interrupted`; `usage` where there is nobody to ask
 */
export async function requireYes(
  { around, isJson }: Pick<CommandContext, "around" | "isJson">,
  yes: boolean | undefined,
  question: string,
): Promise<void> {
  if (yes === true) return;
  if (isJson || !around.isTTY) {
    throw new CommandError("usage", "There is nobody to ask. Look first, then add --yes.");
  }
  await requireConfirmed(around, question);
}

/**
 * Goes on when the person on the terminal says yes.
 *
 * @throws CommandError `declined`, `interrupted`
 */
export async function requireConfirmed(
  { stdin: input, stdout: output, signal }: CommandContext["around"],
  question: string,
): Promise<void> {
  const answer = await askToConfirm(question, { input, output, signal });
  if (answer === undefined) throw new CommandError("interrupted", "Interrupted. Nothing was changed.");
  if (!answer) throw new CommandError("declined", "Nothing was changed.");
}
