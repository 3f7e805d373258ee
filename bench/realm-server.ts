import { join } from "node:path";
import { type Helper, startHelper } from "./helper-process.ts";

/** A served realm of synthetic katas. */
export interface RealmServer extends AsyncDisposable {
  url: string;
  /** Publishes once more, with a thousandth of the rows changed. */
  publishDelta(): Promise<void>;
}

/** Resolves when the realm's first publish is served. @param size versions in it */
export async function startRealmServer(folder: string, size: number): Promise<RealmServer> {
  const helper: Helper = startHelper(join(import.meta.dir, "realm-process.ts"), [folder, String(size)]);
  const url = String(await helper.next());
  return {
    url,
    async publishDelta() {
      await helper.ask("publish");
    },
    [Symbol.asyncDispose]: () => helper[Symbol.asyncDispose](),
  };
}
