import { join } from "node:path";
import type { HostApi } from "../host.ts";

/**
 * `bun load-probe.ts <agents folder>` loads the built agents there as a host does, one after the other, into a
 * host that does nothing, and prints the milliseconds that passed and that a processor worked. For a process of its own: modules load only once.
 */
const agents = ["dojo-agent.js", "realm-sync-agent.js"];

type AgentModule = { default: new (api: HostApi) => unknown };

const silentHost: HostApi = {
  events: { emit: () => undefined, on: () => undefined, off: () => undefined },
  db: { query: async () => [], execute: async () => undefined },
  plugins: { has: () => false, register: () => undefined },
  tools: { register: () => undefined, has: () => false, list: () => [], execute: async () => undefined },
};

const folder = Bun.argv[2];
if (folder === undefined) throw new Error("Name the folder of the built agents.");
const start = performance.now();
const work = process.cpuUsage();
for (const name of agents) {
  const { default: Agent } = (await import(join(folder, name))) as AgentModule;
  new Agent(silentHost);
}
const wallMs = performance.now() - start;
const { user, system } = process.cpuUsage(work);
console.log(JSON.stringify({ wallMs, cpuMs: (user + system) / 1000 }));
