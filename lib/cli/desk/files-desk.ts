import type { GlobalOptions } from "../context.ts";
import type { FolderContext } from "../folder-context.ts";
import type { CommandDesk } from "./command-desk.ts";
export async function withFilesDesk<R>(
  _o: GlobalOptions,
  _c: FolderContext,
  _run: (desk: CommandDesk) => Promise<R>,
): Promise<R> {
  throw new Error("later");
}
