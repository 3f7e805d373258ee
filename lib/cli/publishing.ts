import { type Command, Option } from "commander";
import { globalsOf, hostlessCommand, jsonOf } from "./command-options.ts";
import { type BuildCommandOptions, buildCommand } from "./commands/build.ts";
import { changeStatusCommand, type StatusOptions } from "./commands/change-status.ts";
import { type CheckCommandOptions, checkCommand } from "./commands/check.ts";
import { type InitCommandOptions, initCommand } from "./commands/init.ts";
import { type PublishCommandOptions, publishCommand } from "./commands/publish.ts";
import { serveCommand } from "./commands/serve.ts";
import type { RunCommand } from "./context.ts";
import type { RunFolderCommand } from "./folder-context.ts";

/** Adds the commands of someone who publishes a realm. One of them reads a host's katas; none needs it to run. */
export function addPublishing(program: Command, run: RunFolderCommand, runOnHost: RunCommand): void {
  program.commandsGroup("Commands to publish a realm:");
  addInit(program, run);
  addBuild(program, run);
  addPublish(program, runOnHost);
  addReaders(program, run);
  addStatus(program, run, "deprecate", "deprecated", "say that a version should no longer be chosen");
  addStatus(program, run, "withdraw", "withdrawn", "end a version: it cannot be installed any more");
}

function addInit(program: Command, run: RunFolderCommand): void {
  hostlessCommand(program, program, "init")
    .description("make a folder to publish a realm from")
    .argument("[folder]", "where; files that are there stay as they are", ".")
    .option("--realm <id>", "the realm's id (default: the folder's name)")
    .option("--name <text>", "what the realm is called")
    .option("--github", "with a workflow that publishes to GitHub Pages")
    .action((folder: string, options: InitCommandOptions, command: Command) =>
      run(jsonOf(command), (context) => initCommand(context, folder, options)),
    );
}

function addBuild(program: Command, run: RunFolderCommand): void {
  hostlessCommand(program, program, "build")
    .description("publish a folder of katas as a realm")
    .argument("<katas>", "folder of .kata files")
    .requiredOption("--out <folder>", "the realm's folder, which any static host can serve")
    .option("--realm <id>", "the realm's id, needed once")
    .option("--name <text>", "what the realm is called")
    .option("--notice <text>", "a line for everyone who follows the realm")
    .option("--now <time>", "time of this publish (default: the clock)")
    .option("--ronin <checkout>", "compile with the Ronin that lies there")
    .action((katas: string, options: BuildCommandOptions, command: Command) =>
      run(jsonOf(command), (context) => buildCommand(context, katas, options)),
    );
}

function addPublish(program: Command, run: RunCommand): void {
  program
    .command("publish")
    .description("publish katas of this Ronin as a realm")
    .requiredOption("--from-local", "those that were created here")
    .requiredOption("--out <folder>", "the realm's folder, which any static host can serve")
    .option("--kata <kata>", "only this one, as name or name@version; may be given again", collect)
    .addOption(new Option("--all", "those of unknown origin too").conflicts("kata"))
    .option("--realm <id>", "the realm's id, needed once")
    .option("--name <text>", "what the realm is called")
    .option("--notice <text>", "a line for everyone who follows the realm")
    .option("--sign", "sign it with the realm's keys")
    .option("--keys <folder>", "sign it with the keys that lie there")
    .option("--now <time>", "time of this publish (default: the clock)")
    .option("--ronin <checkout>", "compile with the Ronin that lies there")
    .action((options: PublishCommandOptions, command: Command) =>
      run(globalsOf(command), (context) => publishCommand(context, options)),
    );
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function addReaders(program: Command, run: RunFolderCommand): void {
  hostlessCommand(program, program, "check")
    .description("check a realm as its readers would")
    .argument("<place>", "a realm's folder, or its url")
    .option("--api-key-env <name>", "environment variable with the realm's API key")
    .option("--now <time>", "check as of this time (default: the clock)")
    .option("--ronin <checkout>", "compile with the Ronin that lies there")
    .action((place: string, options: CheckCommandOptions, command: Command) =>
      run(jsonOf(command), (context) => checkCommand(context, place, options)),
    );
  hostlessCommand(program, program, "serve")
    .description("serve a realm's folder on this machine, to try it out")
    .argument("<folder>", "the realm's folder")
    .addOption(new Option("--port <n>", "port to serve on (default: a free one)"))
    .action((folder: string, _options: unknown, command: Command) =>
      run(jsonOf(command), (context) => serveCommand(context, folder, { port: globalsOf(command).port })),
    );
}

function addStatus(
  program: Command,
  run: RunFolderCommand,
  name: string,
  status: "deprecated" | "withdrawn",
  description: string,
): void {
  hostlessCommand(program, program, name)
    .description(description)
    .argument("<kata>", "name@version, such as finance.audit@v1")
    .requiredOption("--out <folder>", "the realm's folder")
    .requiredOption("--reason <text>", "why; everyone who uses it reads this")
    .option("--replaced-by <kata>", "what to use instead, such as finance.audit@v2")
    .option("--now <time>", "time of this publish (default: the clock)")
    .action((kata: string, options: StatusOptions, command: Command) =>
      run(jsonOf(command), (context) => changeStatusCommand(context, status, kata, options)),
    );
}
