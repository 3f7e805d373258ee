import { CommanderError } from "commander";
import { CommandError, EXIT_DONE, EXIT_USAGE, exitCodeOf } from "./command-error.ts";
import { type RunCommand, withHost } from "./context.ts";
import { type RunDeskCommand, withDesk } from "./desk/with-desk.ts";
import type { RunFolderCommand } from "./folder-context.ts";
import { type Line, printJson, printLines, type Report, toErrorJson, toErrorLines } from "./print.ts";
import { createProgram } from "./program.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * Runs `realms` with these arguments and resolves with the exit code: 0 done, 1 failed, 2 wrong usage, 130
 * interrupted. Results go to stdout, errors to stderr; with `--json` stdout gets one document either way. It
 * never rejects.
 */
export async function runRealms(args: readonly string[], around: Surroundings): Promise<number> {
  let exitCode = EXIT_DONE;
  const sayUnless = (isJson: boolean) => (lines: readonly Line[]) => {
    if (!isJson) printLines(around.stdout, lines, around.hasColors);
  };
  const print = (report: Report, isJson: boolean): void => {
    if (isJson) printJson(around.stdout, report.json);
    else printLines(around.stdout, report.lines, around.hasColors);
    exitCode = report.exitCode ?? EXIT_DONE;
  };
  const run: RunCommand = async (options, command) => {
    const isJson = options.json === true;
    print(await withHost(options, around, sayUnless(isJson), command), isJson);
  };
  const runDesk: RunDeskCommand = async (options, command) => {
    const isJson = options.json === true;
    print(await withDesk(options, { around, isJson, say: sayUnless(isJson) }, command), isJson);
  };
  const runFolder: RunFolderCommand = async (options, command) => {
    const isJson = options.json === true;
    print(await command({ around, isJson, say: sayUnless(isJson) }), isJson);
  };
  try {
    await createProgram(around, { run, runDesk, runFolder }).parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // Help and version arrive here too.
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT_DONE;
    const failure = error instanceof CommanderError ? toUsageError(error) : error;
    if (args.includes("--json")) printJson(around.stdout, toErrorJson(failure));
    // What misuse has to say is on stderr already, with the way to the help.
    if (error instanceof CommanderError) return EXIT_USAGE;
    printLines(around.stderr, toErrorLines(error));
    return exitCodeOf(error);
  }
}

function toUsageError(error: CommanderError): CommandError {
  return new CommandError("usage", error.message.replace(/^error: /, ""), { cause: error });
}
