import { type Command, InvalidArgumentError } from "commander";
import { hostlessCommand, jsonOf } from "./command-options.ts";
import {
  backupKeysCommand,
  createKeysCommand,
  type KeyCommandOptions,
  replaceKeyCommand,
  restoreKeysCommand,
} from "./commands/keys.ts";
import { type SignCommandOptions, signCommand } from "./commands/sign.ts";
import type { RunFolderCommand } from "./folder-context.ts";
import type { KeysPlace } from "./keys-place.ts";

const MAX_DAYS = 3650;

/** Adds the commands of someone who signs a realm. None of them needs a host. */
export function addSigning(program: Command, run: RunFolderCommand): void {
  const keys = hostlessCommand(program, program, "keys").description("the keys that sign a realm");
  keys.helpCommand(false);
  withPlace(hostlessCommand(program, keys, "create"))
    .description("make a realm's keys and its first root")
    .option("--root-days <n>", "how long the root is good for (default: 365)", readDays)
    .option("--now <time>", "time of this root (default: the clock)")
    .action((options: KeyCommandOptions, command: Command) =>
      run(jsonOf(command), (context) => createKeysCommand(context, options)),
    );
  withPlace(hostlessCommand(program, keys, "backup"))
    .description("put all keys, sealed as they are, into one file")
    .argument("<file>", "where; it must not exist yet")
    .action((file: string, options: KeysPlace, command: Command) =>
      run(jsonOf(command), (context) => backupKeysCommand(context, file, options)),
    );
  withPlace(hostlessCommand(program, keys, "restore"))
    .description("make a keys folder out of a backup")
    .argument("<file>", "the backup")
    .action((file: string, options: KeysPlace, command: Command) =>
      run(jsonOf(command), (context) => restoreKeysCommand(context, file, options)),
    );
  addReplacement(program, keys, run, "rotate", "replace a key whose time has come");
  addReplacement(program, keys, run, "revoke", "replace a key that leaked or was lost, and destroy it here");
  addSign(program, run);
}

function addSign(program: Command, run: RunFolderCommand): void {
  hostlessCommand(program, program, "sign")
    .description("sign a built realm, or renew its signatures")
    .requiredOption("--out <folder>", "the realm's folder")
    .option("--keys <folder>", "the keys (default: those of the realm)")
    .option("--roots <folder>", "the realm's roots (default: roots in the keys folder)")
    .option("--expires-days <n>", "how long the signatures are good for (default: 90)", readDays)
    .option("--now <time>", "time of signing (default: the clock)")
    .option("--start-over", "publish under a new first root; everybody must pin it anew")
    .action((options: SignCommandOptions, command: Command) =>
      run(jsonOf(command), (context) => signCommand(context, options)),
    );
}

function addReplacement(
  program: Command,
  keys: Command,
  run: RunFolderCommand,
  how: "rotate" | "revoke",
  description: string,
): void {
  withPlace(hostlessCommand(program, keys, how))
    .description(description)
    .argument("<key>", "root or online")
    .option("--root-days <n>", "how long the next root is good for (default: 365)", readDays)
    .option("--now <time>", "time of this root (default: the clock)")
    .action((role: string, options: KeyCommandOptions, command: Command) =>
      run(jsonOf(command), (context) => replaceKeyCommand(context, how, role, options)),
    );
}

function withPlace(command: Command): Command {
  return command
    .option("--realm <id>", "the realm whose keys they are")
    .option("--keys <folder>", "their folder (default: keys/<realm> in ~/.ronin/realms)");
}

function readDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= MAX_DAYS) return days;
  throw new InvalidArgumentError(`Expected 1 to ${MAX_DAYS} days.`);
}
