import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../lib/build/build.ts";
import type { Effort } from "./effort.ts";
import { type Home, openHome } from "./home.ts";
import { type RealmServer, startRealmServer } from "./realm-server.ts";

/** What the parts share: a served realm, the built pack and a scratch folder. */
export interface Stage extends AsyncDisposable {
  /** Versions in the realm. */
  size: number;
  effort: Effort;
  folder: string;
  /** The built pack, as a user drops it in. */
  dist: string;
  realm: RealmServer;
  /** A host that has never synced. The stage closes it. */
  newHome(): Promise<Home>;
  /** A host with the realm in its index, the same one at every call. */
  syncedHome(): Promise<Home>;
  /** Makes this the synced host. */
  keep(home: Home): void;
}

export async function openStage(size: number, effort: Effort): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "ronin-realms-bench-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const dist = join(folder, "dist");
    await build({ outDir: dist });
    const realm = await startRealmServer(join(folder, "realm"), size);
    return toStage({ size, effort, folder, dist, realm }, remove);
  } catch (error) {
    remove();
    throw error;
  }
}

type Props = Pick<Stage, "size" | "effort" | "folder" | "dist" | "realm">;

function toStage(props: Props, remove: () => void): Stage {
  const { folder, dist, realm } = props;
  const homes: Home[] = [];
  let synced: Home | undefined;
  const newHome = async (): Promise<Home> => {
    const entry = join(dist, "agents/ronin-realms/sync.mjs");
    const home = await openHome(join(folder, `home-${homes.length}`), realm.url, entry);
    homes.push(home);
    return home;
  };
  return {
    ...props,
    newHome,
    async syncedHome() {
      if (synced !== undefined) return synced;
      synced = await newHome();
      await synced.sync();
      return synced;
    },
    keep(home) {
      synced = home;
    },
    async [Symbol.asyncDispose]() {
      for (const home of homes) await home[Symbol.asyncDispose]();
      await realm[Symbol.asyncDispose]();
      remove();
    },
  };
}
