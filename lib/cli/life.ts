import { type Command, InvalidArgumentError } from "commander";
import { globalsOf } from "./command-options.ts";
import { type RestoreOptions, restoreCommand } from "./commands/restore.ts";
import { type UninstallOptions, uninstallCommand } from "./commands/uninstall.ts";
import { type UpdatesOptions, updatesCommand } from "./commands/updates.ts";
import type { RunCommand } from "./context.ts";

/** The commands about katas that are installed. */
export function addLife(program: Command, run: RunCommand): void {
  program
    .command("updates")
    .description("newer versions of installed katas, and what was withdrawn")
    .argument("[kata]", "its name (default: every installed kata)")
    .option("--diff", "show what changes in the source")
    .option("--skip <version>", "never propose this version")
    .option("--unskip <version>", "propose it after all")
    .option("--pin", "stay at the installed version")
    .option("--unpin", "propose newer versions again")
    .option("--min-age-days <n>", "propose a version that many days after it was first seen here", readDays)
    .option("--as <name>", "who says so (default: your user name)")
    .action((name: string | undefined, options: UpdatesOptions, command: Command) =>
      run(globalsOf(command), (context) => updatesCommand(context, name, options)),
    );
  program
    .command("uninstall")
    .description("take a kata out of this Ronin; its source and receipts stay")
    .argument("<kata>", "its name and version, such as finance.audit@v2")
    .option("--as <name>", "who says so (default: your user name)")
    .option("-y, --yes", "do not ask")
    .action((ref: string, options: UninstallOptions, command: Command) =>
      run(globalsOf(command), (context) => uninstallCommand(context, ref, options)),
    );
  program
    .command("restore")
    .description("put back what Ronin has lost of the katas that have a receipt")
    .option("--as <name>", "who asks (default: your user name)")
    .action((options: RestoreOptions, command: Command) =>
      run(globalsOf(command), (context) => restoreCommand(context, options)),
    );
}

function readDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 0 && days <= 365) return days;
  throw new InvalidArgumentError("Expected 0 to 365 days.");
}
