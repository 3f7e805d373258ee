import { join } from "node:path";
import { projectRoot } from "../../lib/build/build.ts";
import { type FolderServer, serveFolder } from "../../lib/publish/serve-folder.ts";
import { runCommand } from "./run-command.ts";

export interface PublishedRealm extends FolderServer {
  /** As `realms keys create` prints it: what a follower pins. */
  fingerprint: string;
  /** The folder that is served. */
  site: string;
  /** Builds and signs it again, out of what its katas' folder holds by now. */
  republish(): Promise<void>;
}

const examples = join(projectRoot, "examples/katas");

/**
 * Katas as a signed realm on loopback, made below `folder` by nothing but the built command.
 *
 * @throws Error with the output of a command that failed
 */
export async function publishSigned(dist: string, folder: string, katas = examples): Promise<PublishedRealm> {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    REALMS_KEY_PASSPHRASE: crypto.randomUUID(),
  };
  const run = async (...args: string[]): Promise<string> => {
    const { exitCode, output } = await runCommand(dist, args, env);
    if (exitCode !== 0) throw new Error(`realms ${args.join(" ")} ended with ${exitCode}: ${output}`);
    return output;
  };
  const site = join(folder, "site");
  const made = await run("keys", "create", "--realm", "examples", "--json");
  const republish = async (): Promise<void> => {
    await run("build", katas, "--out", site, "--realm", "examples");
    await run("sign", "--out", site);
  };
  await republish();
  const { fingerprint }: { fingerprint: string } = JSON.parse(made);
  return { ...serveFolder({ folder: site, port: 0 }), fingerprint, site, republish };
}
