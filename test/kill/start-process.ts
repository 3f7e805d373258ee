import { join } from "node:path";
import type { HostTask } from "./host-task.ts";
import type { Orders } from "./orders.ts";

export interface Ended {
  /** The signal it ended by, else its exit code. */
  by: string | number;
  stderr: string;
}

/** Runs one host to its end, traced by these orders or left alone. */
export async function runHost(
  task: HostTask,
  { orders, laterMs = 0 }: { orders?: Orders; laterMs?: number },
): Promise<Ended> {
  const file = (name: string): string => join(import.meta.dir, name);
  const preloads = ["--preload", file("quick.ts")];
  if (orders !== undefined) preloads.push("--preload", file("tracer.ts"));
  const child = Bun.spawn([process.execPath, ...preloads, file("host.ts")], {
    env: {
      PATH: process.env.PATH,
      // Where Bun keeps what it has compiled: shared, or every host would begin with none.
      HOME: process.env.HOME,
      TMPDIR: process.env.TMPDIR,
      RONIN_REALMS_HOME: join(task.home, "state"),
      KILL_TASK: JSON.stringify(task),
      KILL_LATER_MS: String(laterMs),
      ...(orders === undefined ? {} : { KILL_ORDERS: JSON.stringify(orders) }),
    },
    stdout: "ignore",
    stderr: "pipe",
  });
  const stderr = await new Response(child.stderr).text();
  await child.exited;
  return { by: child.signalCode ?? child.exitCode ?? -1, stderr };
}
