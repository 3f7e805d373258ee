import tab from "@bomb.sh/tab/commander";
import { type Command, Option } from "commander";
import { globalsOf, hostlessCommand, jsonOf } from "./command-options.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { type DropInOptions, dropInCommand } from "./commands/drop-in.ts";
import type { RunFolderCommand } from "./folder-context.ts";

/** Adds the commands that see to the pack in this Ronin. */
export function addUpkeep(program: Command, run: RunFolderCommand): void {
  program
    .command("doctor")
    .description("what keeps the pack from working here, and the fix")
    .action((_options: unknown, command: Command) =>
      run(jsonOf(command), (context) => doctorCommand(context, globalsOf(command))),
    );
  hostlessCommand(program, program, "drop-in")
    .description("put the built pack into a Ronin, or upgrade it")
    .argument("<dir>", "a Ronin home such as ~/.ronin, or a folder named agents")
    .option("--force", "move files of others out of the way, into .ronin-realms/previous")
    .option("--rollback", "go back to the previous build; a second time, forward again")
    .addOption(new Option("--remove", "take out what was installed").conflicts(["force", "rollback"]))
    .action((dir: string, options: DropInOptions, command: Command) =>
      run(jsonOf(command), (context) => dropInCommand(context, dir, options)),
    );
}

/** Adds `realms completion <shell>`. It reads the command tree, so every other command has to be there already. */
export function addCompletion(program: Command): void {
  tab(program, { completionCommandName: "completion" });
  const added = program.commands.find((command) => command.name() === "completion");
  added
    ?.description("a script that lets a shell complete this command")
    .configureHelp({ ...program.configureHelp(), visibleGlobalOptions: () => [] });
}
