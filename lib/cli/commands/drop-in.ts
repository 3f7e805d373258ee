import { join, resolve } from "node:path";
import { install } from "../../drop-in/install.ts";
import type { BuildName, Outcome } from "../../drop-in/outcome.ts";
import { remove } from "../../drop-in/remove.ts";
import { rollback } from "../../drop-in/rollback.ts";
import { findTarget, type Target } from "../../drop-in/target.ts";
import { CommandError } from "../command-error.ts";
import type { FolderContext } from "../folder-context.ts";
import type { Report } from "../print.ts";

export interface DropInOptions {
  force?: boolean | undefined;
  rollback?: boolean | undefined;
  remove?: boolean | undefined;
}

/**
 * `realms drop-in <dir>`: puts the built pack into a Ronin home or an agents folder, upgrades it, goes back, or
 * takes it out.
 *
 * @throws CommandError `usage`; DropInError
 */
export async function dropInCommand(
  { around }: FolderContext,
  dir: string,
  options: DropInOptions,
): Promise<Report> {
  // An empty variable of a shell script; taken as a path it would mean the folder one happens to be in.
  if (dir === "") throw new CommandError("usage", "Name the folder: realms drop-in ~/.ronin");
  const distDir = around.distDir ?? findDist();
  const target = findTarget(resolve(around.cwd, dir));
  const outcome = run(target, distDir, options);
  return {
    json: toJson(outcome, target),
    lines: toLines(outcome, target, dir, distDir),
  };
}

/** Built, this file is a part of dist/bin/realms.js; its name tells. */
function findDist(): string {
  return resolve(import.meta.dir, import.meta.file === "drop-in.ts" ? "../../../dist" : "..");
}

function run(target: Target, distDir: string, { force = false, ...options }: DropInOptions): Outcome {
  if (options.rollback === true) return rollback(target, { force });
  if (options.remove === true) return remove(target);
  return install(target, distDir, { force });
}

function toJson({ kind, build, previous, items, notes }: Outcome, { base }: Target) {
  return { outcome: kind, base, build: build ?? null, previous: previous ?? null, items, notes };
}

function toLines(outcome: Outcome, { base }: Target, dir: string, distDir: string): string[] {
  const { kind, build, previous, items, notes } = outcome;
  const isKept = previous !== undefined && kind !== "removed";
  const isThere = build !== undefined && kind !== "removed";
  return [
    headline(outcome, base),
    ...items.map(({ path, change }) => `  ${change.padEnd(9)} ${join(base, path)}`),
    ...notes,
    ...(isKept ? [`${nameOf(previous)} is kept: realms drop-in ${dir} --rollback`] : []),
    ...(kind === "unchanged" ? [] : ["Restart Ronin: it loads agents and plugins when it starts."]),
    ...(isThere ? [`Then see that all is well: ${join(distDir, "bin/realms.js")} doctor`] : []),
  ];
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
