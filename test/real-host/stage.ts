import { join } from "node:path";
import { projectRoot } from "../../lib/build/build.ts";
import type { PublishedRealm } from "./publisher.ts";
import type { Report } from "./report.ts";
import type { RoninCheckout } from "./ronin-checkout.ts";
import { type RunningRonin, startRonin } from "./running-ronin.ts";

/** What every scenario plays on. */
export interface Scene {
  ronin: RoninCheckout;
  dist: string;
  /** Signed; every scenario but the last follows it, pinned by its root. */
  realm: PublishedRealm;
  /** A realm of the same id and katas, signed with other keys. */
  impostor: PublishedRealm;
  report: Report;
}

export const WAIT_MS = 30_000;

/** Starts a Ronin that follows the scene's realm, pinned by its root, and stops it whatever happens. */
export async function withRonin(
  { ronin, realm }: Scene,
  settings: Record<string, unknown>,
  install: (home: string) => Promise<Record<string, string>>,
  play: (running: RunningRonin) => Promise<void>,
): Promise<void> {
  const realms = [
    { id: "examples", name: "Example katas", type: "custom", url: realm.url, root: realm.fingerprint },
  ];
  const running = await startRonin({ ronin, realms: { ...settings, realms }, install });
  try {
    await play(running);
  } finally {
    await running.stop();
  }
}

export function dropIn({ dist: _dist }: Scene): (home: string) => Promise<Record<string, string>> {
  return async (home) => {
    const { exitCode, stderr } = Bun.spawnSync([
      process.execPath,
      join(projectRoot, "lib/build/drop-in.ts"),
      join(home, ".ronin"),
    ]);
    if (exitCode !== 0) throw new Error(`drop-in: ${stderr}`);
    return {};
  };
}

export async function expectSynced(report: Report, running: RunningRonin): Promise<void> {
  const synced = await running.until(
    () =>
      tableExists(running, "realms") ? syncedRealms(running).find((id) => id === "examples") : undefined,
    WAIT_MS,
  );
  report.check("the realm is synced soon after start", synced !== undefined);
}

/** Every line of ours that is a warning or an error, but for those that the scenario provoked. */
export function expectQuietLog(report: Report, running: RunningRonin, provoked: string[] = []): void {
  const lines = running.log().split("\n");
  const ours = lines.filter((line) => /dojo-agent|realm-sync-agent|ronin-realms|\[realms\]/.test(line));
  const loud = ours.filter((line) => /warn|error|fail|ignored|Unhandled/i.test(line));
  const unexpected = loud.filter((line) => !provoked.some((text) => line.includes(text)));
  report.check("the pack loads and runs without a warning of its own", unexpected.length === 0, unexpected);
}

function syncedRealms(running: RunningRonin): string[] {
  return running
    .rows<{ id: string }>("SELECT id FROM realms WHERE last_synced_at IS NOT NULL")
    .map(({ id }) => id);
}

export function tableExists(running: RunningRonin, name: string): boolean {
  return running.rows(`SELECT 1 FROM sqlite_master WHERE name = '${name}'`).length > 0;
}
