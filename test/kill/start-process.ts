import { join } from "node:path";
import type { Fault } from "./fault.ts";
import type { HostTask } from "./host-task.ts";
import type { Orders } from "./orders.ts";

export interface Ended {
  /** The signal it ended by, else its exit code. */
  by: string | number;
  stderr: string;
}

export interface HostOptions {
  orders?: Orders;
  fault?: Fault;
  /** The largest file that it may write. */
  maxFileKiB?: number;
  /** How much later than now it takes it to be. */
  laterMs?: number;
}

/** Runs one host to its end, traced by these orders or left alone. */
export async function runHost(
  task: HostTask,
  { orders, fault, maxFileKiB, laterMs = 0 }: HostOptions = {},
): Promise<Ended> {
  const file = (name: string): string => join(import.meta.dir, name);
  const preloads = ["--preload", file("quick.ts")];
  if (orders !== undefined) preloads.push("--preload", file("tracer.ts"));
  if (fault !== undefined) preloads.push("--preload", file("fault.ts"));
  const command = [process.execPath, ...preloads, file("host.ts")];
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
      ...(orders === undefined ? {} : { KILL_ORDERS: JSON.stringify(orders) }),
    },
    stdout: "ignore",
    stderr: "pipe",
  });
  const stderr = await new Response(child.stderr).text();
  await child.exited;
  return { by: child.signalCode ?? child.exitCode ?? -1, stderr };
}
