import type { GlobalOptions } from "../context.ts";
import type { FolderContext } from "../folder-context.ts";
import { type HostLocation, locateHost } from "../locate-host.ts";
import type { Report } from "../print.ts";
import type { CommandDesk } from "./command-desk.ts";
import { withFilesDesk } from "./files-desk.ts";
import { findPageDesk } from "./page-desk.ts";

/** What a command works with that looks around or changes realms. */
export interface DeskContext extends FolderContext {
  host: HostLocation;
  desk: CommandDesk;
}

/** Runs one command at the desk, and prints its report. */
export type RunDeskCommand = (
  options: GlobalOptions,
  command: (context: DeskContext) => Promise<Report>,
) => Promise<void>;

/**
 * Runs a command at the page of the running Ronin; the files are opened only where no page answers.
 *
 * @throws CommandError as the two desks, and whatever `run` throws
 */
export async function withDesk<Result>(
  options: GlobalOptions,
  context: FolderContext,
  run: (context: DeskContext) => Promise<Result>,
): Promise<Result> {
  const { around } = context;
  const host = locateHost(options, around);
  const page = await findPageDesk(host, around);
  if (page !== undefined) return await run({ ...context, host, desk: page });
  return await withFilesDesk(options, context, (desk) => run({ ...context, host, desk }));
}
