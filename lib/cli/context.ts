import { existsSync, statSync } from "node:fs";
import { messageOf, RealmsError } from "../errors.ts";
import { openRegistry } from "../registry/open.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import { retryBusy } from "../registry/retry.ts";
import { indexPathFor } from "../runtime/paths.ts";
import { CommandError } from "./command-error.ts";
import { type HostLocation, type HostOptions, locateHost } from "./locate-host.ts";
import type { Line, Report } from "./print.ts";
import type { Surroundings } from "./surroundings.ts";

/** What every command works with. */
export interface CommandContext {
  around: Surroundings;
  host: HostLocation;
  registry: RealmsRegistry;
  isJson: boolean;
  /** Prints before the end of the command. Silent under `--json`, whose one document comes last. */
  say: (lines: readonly Line[]) => void;
}

export interface GlobalOptions extends HostOptions {
  json?: boolean | undefined;
}

/** Runs one command on the host that the options name, and prints its report. */
export type RunCommand = (
  options: GlobalOptions,
  command: (context: CommandContext) => Promise<Report>,
) => Promise<void>;

/**
 * Finds the host, opens its database, runs the command and closes the database again. The database is the
 * host's: a missing one is never created.
 *
 * @throws CommandError `database_not_found`, `database_unreadable`; RegistryError `schema_conflict`,
 *   `registry_busy`; and whatever `run` throws
 */
export async function withHost<Result>(
  options: GlobalOptions,
  around: Surroundings,
  say: CommandContext["say"],
  run: (context: CommandContext) => Result | Promise<Result>,
): Promise<Result> {
  const host = locateHost(options, around);
  const { registry, close } = await retryBusy(() => openHostRegistry(host, around));
  try {
    return await run({ around, host, registry, isJson: options.json === true, say });
  } finally {
    close();
  }
}

function openHostRegistry(
  { databasePath, note }: HostLocation,
  around: Surroundings,
): ReturnType<typeof openRegistry> {
  if (!existsSync(databasePath) || !statSync(databasePath).isFile()) {
    throw new CommandError(
      "database_not_found",
      `There is no database at ${databasePath}.\nStart Ronin with the pack first, or name its database with --db.`,
    );
  }
  try {
    return openRegistry({
      recordsPath: databasePath,
      indexPath: indexPathFor(databasePath),
      readonlyIndex: true,
      mustBeOurs: true,
      roninVersion: note?.roninVersion,
      clock: around.clock,
    });
  } catch (error) {
    if (error instanceof RealmsError) throw error;
    throw new CommandError("database_unreadable", `${databasePath} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
