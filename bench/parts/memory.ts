import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Figure, Row } from "../figures.ts";
import type { Home } from "../home.ts";
import type { Stage } from "../stage.ts";

/** The child's own high-water mark is read, so it need not be met at its peak. */
const SAMPLE_EVERY_MS = 50;

/**
 * What a process grows by to be able to search, beside the libraries; and, where there is a /proc to ask, what a
 * first sync takes in its child and in the host.
 */
export async function benchMemory(stage: Stage): Promise<Row[]> {
  const home = await stage.newHome();
  const syncRows = await measureSync(home);
  stage.keep(home);
  const folder = dirname(home.indexPath);
  const [ours, miniSearch, orama] = ["ronin-realms", "MiniSearch", "Orama"].map((what) =>
    probe(what, stage.size, folder),
  );
  if (ours === undefined) throw new Error("Nothing was measured.");
  const searching: Row = {
    part: "memory",
    name: "a process that searches grows by",
    unit: "MiB",
    ours,
    peers: { MiniSearch: miniSearch, Orama: orama },
  };
  return [searching, ...syncRows];
}

function probe(what: string, size: number, folder: string): Figure {
  const entry = join(import.meta.dir, "../memory-probe.ts");
  const { exitCode, stdout } = Bun.spawnSync([process.execPath, entry, what, String(size), folder], {
    stderr: "inherit",
  });
  if (exitCode !== 0) throw new Error(`The memory of ${what} could not be measured.`);
  return { value: toMiB(Number(stdout.toString())), samples: 1 };
}

async function measureSync(home: Home): Promise<Row[]> {
  Bun.gc(true);
  const before = process.memoryUsage.rss();
  const known = new Set(childrenOf(process.pid));
  let hostPeak = before;
  let childPeak = 0;
  const timer = setInterval(() => {
    hostPeak = Math.max(hostPeak, process.memoryUsage.rss());
    for (const pid of childrenOf(process.pid))
      if (!known.has(pid)) childPeak = Math.max(childPeak, peakOf(pid));
  }, SAMPLE_EVERY_MS);
  await home.sync();
  clearInterval(timer);
  const row = (name: string, bytes: number): Row => {
    return { part: "memory", name, unit: "MiB", ours: { value: toMiB(bytes), samples: 1 }, peers: {} };
  };
  const host = row("first sync: the host grows by", hostPeak - before);
  return childPeak === 0 ? [host] : [host, row("first sync: its child takes at most", childPeak)];
}

function childrenOf(parent: number): number[] {
  try {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return pids.map(Number).filter((pid) => fieldOf(pid, "PPid") === parent);
  } catch {
    // Another system than Linux: the child is not measured, and the row is left out.
    return [];
  }
}

/** Bytes that the process had in memory at most so far. */
function peakOf(pid: number): number {
  return fieldOf(pid, "VmHWM") * 1024;
}

function fieldOf(pid: number, field: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(new RegExp(`^${field}:\\s*(\\d+)`, "m").exec(status)?.[1] ?? 0);
  } catch {
    // It has ended since the folder was read.
    return 0;
  }
}

function toMiB(bytes: number): number {
  return bytes / 2 ** 20;
}
