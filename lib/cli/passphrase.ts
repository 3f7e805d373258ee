import { isCancel, password } from "@clack/prompts";
import { SigningError } from "../trust/signing-error.ts";
import { CommandError } from "./command-error.ts";
import type { FolderContext } from "./folder-context.ts";

export const PASSPHRASE_VARIABLE = "REALMS_KEY_PASSPHRASE";

/**
 * The passphrase of a realm's keys: from the environment, else from a person, whose typing is not shown.
 *
 * @param isNew asks twice, since a mistyped one would be found out when it is too late
 * @throws SigningError `passphrase_missing`; CommandError `interrupted`, `usage` when the two differ
 */
export async function readPassphrase({ around, isJson }: FolderContext, isNew: boolean): Promise<string> {
  const given = around.env[PASSPHRASE_VARIABLE];
  if (given !== undefined && given !== "") return given;
  if (!around.isTTY || isJson) {
    throw new SigningError(
      "passphrase_missing",
      `There is nobody to ask for the passphrase. Set the environment variable ${PASSPHRASE_VARIABLE}.`,
    );
  }
  const first = await ask(around, isNew ? "A passphrase for the new keys" : "The passphrase of the keys");
  if (isNew && (await ask(around, "The same once more")) !== first) {
    throw new CommandError("usage", "The two passphrases differ. Nothing was made.");
  }
  return first;
}

async function ask(around: FolderContext["around"], message: string): Promise<string> {
  const { stdin: input, stdout: output, signal } = around;
  const answer = await password({ message, input, output, signal });
  if (isCancel(answer)) throw new CommandError("interrupted", "Interrupted. Nothing was changed.");
  // Enter alone gives nothing at all.
  return answer ?? "";
}
