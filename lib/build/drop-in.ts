import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../errors.ts";
import { projectRoot } from "./build.ts";
import { install } from "./drop-in/install.ts";
import type { BuildName, Outcome } from "./drop-in/outcome.ts";
import { remove } from "./drop-in/remove.ts";
import { rollback } from "./drop-in/rollback.ts";
import { findTarget, type Target } from "./drop-in/target.ts";

const usage = `Usage: npm run drop-in -- <dir> [--rollback] [--force] | <dir> --remove

Installs the built pack into a Ronin, or upgrades it.

  <dir>         a Ronin home, such as ~/.ronin: agents and plugin go into its folders.
                A folder named agents: the agents alone, which bring the plugin themselves.
  --force       move files of others out of the way, into .ronin-realms/previous
  --rollback    go back to the previous build; a second time, forward again
  --remove      take out what was installed
  --help        show this

Exit code: 0 done, 1 refused or failed, 2 wrong usage.`;

interface Command {
  dir: string;
  action: "install" | "rollback" | "remove";
  force: boolean;
}

/**
 * The command. Prints what it did, or why not.
 *
 * @param options.distDir the built pack; default: this project's dist
 * @param options.cwd what a relative `<dir>` starts from
 * @returns the exit code
 */
export function dropIn(args: string[], options: { distDir?: string; cwd?: string } = {}): number {
  const command = readCommand(args);
  if (typeof command === "string") {
    const isHelp = command === usage;
    console[isHelp ? "log" : "error"](command);
    return isHelp ? 0 : 2;
  }
  try {
    const target = findTarget(resolve(options.cwd ?? process.cwd(), command.dir));
    const outcome = run(command, target, options.distDir ?? join(projectRoot, "dist"));
    console.log(formatOutcome(outcome, target, command.dir));
    return 0;
  } catch (error) {
    console.error(`drop-in: ${messageOf(error)}`);
    return 1;
  }
}

function run({ action, force }: Command, target: Target, distDir: string): Outcome {
  if (action === "rollback") return rollback(target, { force });
  if (action === "remove") return remove(target);
  return install(target, distDir, { force });
}

/** The command, or what to print instead. */
function readCommand(args: string[]): Command | string {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        force: { type: "boolean", default: false },
        rollback: { type: "boolean", default: false },
        remove: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) return usage;
    const [dir, ...more] = positionals;
    if (dir === undefined || dir === "" || more.length > 0) return `drop-in: name one folder.\n\n${usage}`;
    if (values.remove && (values.force || values.rollback)) {
      return `drop-in: --remove takes no other option.\n\n${usage}`;
    }
    const action = values.rollback ? "rollback" : values.remove ? "remove" : "install";
    return { dir, action, force: values.force };
  } catch (error) {
    return `drop-in: ${messageOf(error)}\n\n${usage}`;
  }
}

const RESTART = "Restart Ronin: it loads agents and plugins when it starts.";

function formatOutcome(outcome: Outcome, { base }: Target, dir: string): string {
  const { kind, build, previous, items, notes } = outcome;
  const lines = [headline(outcome, base)];
  lines.push(...items.map(({ path, change }) => `  ${change.padEnd(9)} ${join(base, path)}`), ...notes);
  if (previous !== undefined && kind !== "removed") {
    lines.push(`${nameOf(previous)} is kept: npm run drop-in -- ${dir} --rollback`);
  }
  if (kind !== "unchanged") lines.push(RESTART);
  if (kind !== "removed" && build !== undefined) {
    lines.push(`Then see what waits for a decision: ${join(projectRoot, "dist/bin/realms.js")} pending`);
  }
  return lines.join("\n");
}

function headline({ kind, build }: Outcome, base: string): string {
  if (build === undefined) return `What was in ${base} before ronin-realms is back.`;
  const name = nameOf(build);
  if (kind === "unchanged") return `${name} is already installed in ${base}; nothing was changed.`;
  if (kind === "removed") return `${name} was removed from ${base}.`;
  if (kind === "rolled-back") return `${name} is back in ${base}.`;
  return `${name} was ${kind === "upgraded" ? "put in place of the one before" : "installed"} in ${base}.`;
}

function nameOf({ version, build }: BuildName): string {
  return `ronin-realms ${version} (build ${build})`;
}

// npm runs scripts in the project's folder; a relative path means the folder the person is in.
if (import.meta.main)
  process.exitCode = dropIn(Bun.argv.slice(2), { cwd: process.env.INIT_CWD ?? process.cwd() });
