import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Fault } from "./fault.ts";
import type { HostTask } from "./host-task.ts";
import { makeFolder } from "./make-folder.ts";
import type { Orders } from "./orders.ts";

export interface Ended {
  /** The signal it ended by, else its exit code. */
  by: string | number;
  stderr: string;
}

export interface HostOptions {
  orders?: Omit<Orders, "sources">;
  fault?: Fault;
  /** The largest file that it may write. */
  maxFileKiB?: number;
  /** How much later than now it takes it to be. */
  laterMs?: number;
}

export interface HostProgram extends Disposable {
  /** Runs one host to its end, traced by these orders or left alone. */
  run(task: HostTask, options?: HostOptions): Promise<Ended>;
}

const sources = resolve(import.meta.dir, "../..");
const agents = ["dojo-agent", "realm-sync-agent"];
const entries = [
  ...["host", "quick", "tracer", "fault"].map((name) => `test/kill/${name}.ts`),
  ...agents.map((name) => `agents/${name}.ts`),
  "lib/sync/child.ts",
];

/**
 * Builds host, pack and tracer together, in a folder of its own: a matrix starts some thousand processes, and compiling
 * the sources would be a third of what each of them does. Stacks still name the sources.
 */
export async function buildHost(): Promise<HostProgram> {
  const folder = makeFolder();
  const built = join(folder.path, "test/kill");
  await Bun.build({
    entrypoints: entries.map((entry) => join(sources, entry)),
    outdir: built,
    // Side by side: from a folder of its own, a file's map would lead elsewhere.
    naming: "[name].[ext]",
    target: "bun",
    format: "esm",
    splitting: true,
    sourcemap: "linked",
    throw: true,
  });
  mkdirSync(join(folder.path, "agents"));
  for (const name of agents)
    writeFileSync(
      join(folder.path, `agents/${name}.js`),
      `export { default } from "../test/kill/${name}.js";\n`,
    );
  // Where the pack, once built, looks for its sync process: beside the file that it was built into.
  writeFileSync(join(built, "sync.mjs"), 'import "./child.js";\n');
  return {
    run: (task, options) => runHost(built, task, options),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

async function runHost(
  built: string,
  task: HostTask,
  { orders, fault, maxFileKiB, laterMs = 0 }: HostOptions = {},
): Promise<Ended> {
  const preloads = ["--preload", join(built, "quick.js")];
  if (orders !== undefined) preloads.push("--preload", join(built, "tracer.js"));
  if (fault !== undefined) preloads.push("--preload", join(built, "fault.js"));
  const command = [process.execPath, ...preloads, join(built, "host.js")];
  const limit = ["bash", "-c", `ulimit -f ${maxFileKiB}; exec "$@"`, "bash"];
  const child = Bun.spawn(maxFileKiB === undefined ? command : [...limit, ...command], {
    env: {
      PATH: process.env.PATH,
      // Where Bun keeps what it has compiled: shared, or every host would begin with none.
      HOME: process.env.HOME,
      TMPDIR: process.env.TMPDIR,
      RONIN_REALMS_HOME: join(task.home, "state"),
      KILL_TASK: JSON.stringify(task),
      KILL_LATER_MS: String(laterMs),
      ...(fault === undefined ? {} : { KILL_FAULT: JSON.stringify(fault) }),
      ...(orders === undefined ? {} : { KILL_ORDERS: JSON.stringify({ ...orders, sources }) }),
    },
    stdout: "ignore",
    stderr: "pipe",
  });
  const stderr = await new Response(child.stderr).text();
  await child.exited;
  return { by: child.signalCode ?? child.exitCode ?? -1, stderr };
}
