import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kata } from "../support/install-world.ts";
import { startRealmServer } from "../support/realm-server.ts";
import { openDesk } from "../tuf/desk.ts";
import { readAll } from "../tuf/publisher.ts";
import type { HostTask } from "./host-task.ts";
import { createRandom } from "./random.ts";
import { buildHost, type Ended, type HostOptions } from "./start-process.ts";

/** A signed realm on a real port, which first has an old and then a new state, and hosts that follow it. */
export interface KillRealm extends AsyncDisposable {
  /** Runs one host to its end, traced by orders or left alone. */
  runHost(task: Omit<HostTask, "realmUrl">, options?: HostOptions): Promise<Ended>;
  /** Publishes the new state: one kata deprecated, the one that is asked for, and some more by the seed. */
  publishNew(): Promise<void>;
}

export async function startKillRealm(seed: number): Promise<KillRealm> {
  const program = await buildHost();
  const desk = await openDesk();
  const server = await startRealmServer();
  desk.clock.at = Date.now() - 60_000;
  const publish = async (...commands: string[]): Promise<void> => {
    for (const command of commands) {
      const { exitCode, stderr } = await desk.run(command);
      if (exitCode !== 0) throw new Error(`${command}: ${stderr}`);
    }
    const site = join(desk.cwd, "site");
    for (const path of readAll(site).keys()) server.set(path, readFileSync(join(site, path)));
  };
  const build = "build katas --out site --realm acme";
  await publish("keys create --realm acme", build, "sign --out site");
  return {
    runHost: (task, options) => program.run({ ...task, realmUrl: server.url }, options),
    async publishNew() {
      const random = createRandom(seed);
      const add = (name: string, requires: string[] = []): void =>
        writeFileSync(join(desk.cwd, "katas", `${name}-v1.kata`), kata(name, "v1", requires));
      add("report.weekly", ["notify.user@v1"]);
      for (let more = Math.floor(random() * 3); more > 0; more--) add(`other.kata${more}x${seed}`);
      desk.clock.at += 1000;
      await publish(build, "deprecate ops.ping@v1 --out site --reason old", "sign --out site");
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await desk[Symbol.asyncDispose]();
      program[Symbol.dispose]();
    },
  };
}
