import type { Command } from "commander";
import type { GlobalOptions } from "./context.ts";

export function globalsOf(command: Command): GlobalOptions {
  return command.optsWithGlobals<GlobalOptions>();
}

/** The one global option of a command that needs no host. */
export function jsonOf(command: Command): Pick<GlobalOptions, "json"> {
  return { json: globalsOf(command).json };
}

/** A command to which the options that find a host mean nothing, so that its help leaves them out. */
export function hostlessCommand(program: Command, parent: Command, name: string): Command {
  return parent.command(name).configureHelp({
    ...program.configureHelp(),
    visibleGlobalOptions: () => program.options.filter(({ long }) => long === "--json"),
  });
}
