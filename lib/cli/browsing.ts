import { type Command, Option } from "commander";
import { CommandError } from "./command-error.ts";
import { globalsOf } from "./command-options.ts";
import { type InstallOptions, installCommand } from "./commands/install.ts";
import { installFromCommand } from "./commands/install-from.ts";
import { type LockOptions, lockCommand } from "./commands/lock.ts";
import { type SearchOptions, searchCommand } from "./commands/search.ts";
import { type ShowOptions, showCommand } from "./commands/show.ts";
import type { RunDeskCommand } from "./desk/with-desk.ts";

/** Adds the commands of someone who looks for a kata. */
export function addBrowsing(program: Command, run: RunDeskCommand): void {
  program
    .command("search")
    .description("find katas in the realms you follow")
    .argument("[words...]", "what to look for in names, tags and descriptions (default: all)")
    .option("--realm <id>", "only of this realm")
    .option("--tag <tag>", "only with this tag")
    .addOption(
      new Option("--complexity <level>", "only of this complexity").choices([
        "simple",
        "moderate",
        "complex",
      ]),
    )
    .option("--usable", "only those whose skills this Ronin has")
    .action((words: string[], options: SearchOptions, command: Command) =>
      run(globalsOf(command), (context) => searchCommand(context, words, options)),
    );
  program
    .command("show")
    .description("a request or a kata: versions, phases, source, changes")
    .argument("<what>", "a request's id or its first characters, or [realm:]name[@version]")
    .option("--kata-version <version>", "the version whose source is shown, such as v2")
    .action((what: string, options: ShowOptions, command: Command) =>
      run(globalsOf(command), (context) => showCommand(context, what, options)),
    );
  program
    .command("install")
    .description("install a kata: shows it, asks, and waits for the receipt")
    .argument("[kata]", "[realm:]name[@version], such as acme:finance.audit@v2")
    .addOption(
      new Option("--from <file>", "instead: all that realms lock wrote into this file").conflicts([
        "as",
        "acceptOtherCompiler",
        "acceptStale",
      ]),
    )
    .option("--as <name>", "who approves (default: your user name)")
    .option("--accept-other-compiler", "accept a graph compiled by another Ronin version")
    .option("--accept-stale", "accept a realm whose signatures have expired")
    .option("-y, --yes", "do not ask")
    .action((kata: string | undefined, options: InstallOptions & { from?: string }, command: Command) =>
      run(globalsOf(command), (context) => {
        if ((kata === undefined) === (options.from === undefined)) {
          throw new CommandError("usage", "Name a kata, or a lock with --from, and not both.");
        }
        return options.from === undefined
          ? installCommand(context, kata ?? "", options)
          : installFromCommand(context, options.from, options);
      }),
    );
  program
    .command("lock")
    .description("write down what is installed, for another Ronin")
    .option("--out <file>", "into this file (default: print it)")
    .action((options: LockOptions, command: Command) =>
      run(globalsOf(command), (context) => lockCommand(context, options)),
    );
}
