import { homedir } from "node:os";
import { basename, dirname, extname, join } from "node:path";

type Env = Record<string, string | undefined>;

/**
 * The folder for what belongs to the user and not to one database: the approval key, the page's token and a note on
 * the running host. `RONIN_REALMS_HOME` moves it.
 */
export function stateDir(env: Env = process.env): string {
  return env.RONIN_REALMS_HOME || join(homedir(), ".ronin", "realms");
}

export function approvalKeyPath(env?: Env): string {
  return join(stateDir(env), "approval.key");
}

export function pageTokenPath(env?: Env): string {
  return join(stateDir(env), "page.token");
}

export function hostNotePath(env?: Env): string {
  return join(stateDir(env), "host.json");
}

/** The index lies beside the host's database: `ronin.db` → `ronin.realms-index.db`. */
export function indexPathFor(databasePath: string): string {
  const extension = extname(databasePath);
  return join(
    dirname(databasePath),
    `${basename(databasePath, extension)}.realms-index${extension || ".db"}`,
  );
}
