import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { projectRoot } from "../../lib/build/build.ts";
import { bundle } from "../../lib/build/bundle.ts";
import { packFiles } from "../../lib/drop-in/layout.ts";
import { type PackWorld, startPackWorld } from "../support/pack-world.ts";
import { PLANTED_KEY_VARIABLE, planted, refuseSecrets } from "../support/planted.ts";
import type { Ran } from "../support/run-here.ts";

/** The command as it is built, in a folder that has nothing else of this project. */
export interface BuiltCommand {
  run(args: readonly string[], env?: Record<string, string>, cwd?: string): Promise<Ran>;
  remove(): void;
}

export async function buildCommand(): Promise<BuiltCommand> {
  const folder = mkdtempSync(join(tmpdir(), "realms-command-"));
  for (const file of packFiles) {
    // What the command runs itself: its own file, and the sync's child.
    if (file.kind !== "command" && !file.path.endsWith("sync.mjs")) continue;
    const path = join(folder, "dist", file.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, (await bundle(file, { root: projectRoot, version: "1.0.0" })).text);
    chmodSync(path, 0o755);
  }
  return {
    async run(args, env = {}, cwd = folder) {
      const child = Bun.spawn([process.execPath, join(folder, "dist/bin/realms.js"), ...args], {
        cwd,
        env: {
          PATH: process.env.PATH,
          HOME: folder,
          [PLANTED_KEY_VARIABLE]: planted["an API key in the environment"],
          ...env,
        },
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
      });
      const [stdout, stderr, exitCode] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
        child.exited,
      ]);
      refuseSecrets("what the command printed", stdout + stderr);
      return { exitCode, stdout, stderr };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A running host with the pack in it and its page, and the built command beside it. */
export interface ProcessWorld extends PackWorld {
  /** Beside the running host. */
  run(...args: string[]): Promise<Ran>;
  /** The same database, and no host that answers. */
  runAlone(...args: string[]): Promise<Ran>;
}

export async function startProcessWorld(
  command: BuiltCommand,
  options: Parameters<typeof startPackWorld>[0] = {},
): Promise<ProcessWorld> {
  const world = await startPackWorld({ http: true, ...options });
  // Opens the page and with it the token's file, as the pack does two seconds after a start.
  await fetch(`http://127.0.0.1:${portOf(world)}/dojo`);
  const env = { HOME: world.home, RONIN_REALMS_HOME: join(world.home, "state") };
  const db = ["--db", world.databasePath];
  return {
    ...world,
    run: (...args) => command.run([...args, ...db, "--port", String(portOf(world))], env, world.home),
    runAlone: (...args) => command.run([...args, ...db, "--port", "9"], env, world.home),
  };
}

function portOf({ host }: PackWorld): number {
  return Number(new URL(host.url ?? "").port);
}
