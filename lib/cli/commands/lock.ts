import { resolve } from "node:path";
import type { DeskContext } from "../desk/with-desk.ts";
import { countOf } from "../format.ts";
import { toLockText, writeLockFile } from "../lock-file.ts";
import type { Report } from "../print.ts";

export interface LockOptions {
  out?: string | undefined;
}

/**
 * `realms lock`: what is installed here, as a document from which `realms install --from` makes another Ronin the
 * same. It is printed, or with `--out` written where it differs from what the file has.
 *
 * @throws CommandError `lock_unwritable`; RegistryBusyError
 */
export async function lockCommand({ desk, around }: DeskContext, { out }: LockOptions): Promise<Report> {
  const lock = await desk.lock();
  if (out === undefined) return { json: lock, lines: toLockText(lock).trimEnd().split("\n") };
  const isWritten = writeLockFile(resolve(around.cwd, out), lock);
  const katas = countOf(lock.katas.length, "kata", "katas");
  return {
    json: { outcome: isWritten ? "written" : "unchanged", file: out, katas: lock.katas.length },
    lines: [
      isWritten
        ? `Wrote ${out}: ${katas} of ${countOf(lock.realms.length, "realm", "realms")}.`
        : `Nothing changed: ${out} has these ${katas} already.`,
    ],
  };
}
