import { Argument, type Command, Option } from "commander";
import { globalsOf, hostlessCommand, jsonOf } from "./command-options.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { type DropInOptions, dropInCommand } from "./commands/drop-in.ts";
import { toCompletionScript } from "./completion.ts";
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

/** Adds `realms completion <shell>`. */
export function addCompletion(program: Command, run: RunFolderCommand): void {
  hostlessCommand(program, program, "completion")
    .description("a script that lets a shell complete this command")
    .addArgument(new Argument("<shell>", "which shell").choices(["bash", "zsh"]))
    .action((shell: "bash" | "zsh", _options: unknown, command: Command) =>
      run(jsonOf(command), async () => {
        const script = toCompletionScript(program, shell);
        return { json: { shell, script }, lines: script.split("\n") };
      }),
    );
}
