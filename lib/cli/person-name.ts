import { toPlainText } from "../model/text.ts";
import { CommandError } from "./command-error.ts";
import type { Surroundings } from "./surroundings.ts";

const MAX_NAME_CHARS = 200;

/**
 * The name that goes into the decision and the receipt, on one line.
 *
 * @throws CommandError `usage` when nothing is left of it
 */
export function toPersonName(given: string | undefined, around: Pick<Surroundings, "userName">): string {
  const name = toPlainText(given ?? around.userName(), MAX_NAME_CHARS);
  if (name !== "" && name.length <= MAX_NAME_CHARS) return name;
  throw new CommandError("usage", `--as needs a name of 1 to ${MAX_NAME_CHARS} characters.`);
}
