/*
 * By hand: bun test/sync/measure-memory.ts [rows …]   (default 100000 1000000)
 *
 * What a sync of a realm that keeps its rows in packs costs: the peak memory of the child, by how much the host
 * grows and how long its event loop is held, for a first sync and for one delta. Reads /proc, so Linux only. Where
 * a pack is built into dist/, the built child is measured.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRegistry } from "../../lib/registry/open.ts";
import { defaultSyncLimits, type RealmOutcome, type SyncJob } from "../../lib/sync/job.ts";
import { createChildRunner } from "../../lib/sync/spawn-child.ts";
import { realmOf } from "./fixtures.ts";
import { writeSyntheticRealm } from "./synthetic-realm.ts";

const root = join(import.meta.dir, "../..");
const built = join(root, "dist/agents/ronin-realms/sync.mjs");
const entryPath = process.argv.includes("--built") ? built : join(root, "lib/sync/child.ts");

if (process.argv[2] === "serve") await serve(String(process.argv[3]), Number(process.argv[4]));
else
  await measureAll(
    process.argv
      .slice(2)
      .filter((arg) => /^\d+$/.test(arg))
      .map(Number),
  );

async function measureAll(given: number[]): Promise<void> {
  console.log(`child: ${entryPath}`);
  for (const rows of given.length > 0 ? given : [100_000, 1_000_000]) await measure(rows);
}

async function measure(rows: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "realms-measure-"));
  const server = Bun.spawn([process.execPath, import.meta.path, "serve", folder, String(rows)], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  try {
    const said = server.stdout.getReader();
    const url = new TextDecoder().decode((await said.read()).value).trim();
    const opened = openRegistry({
      recordsPath: join(folder, "ronin.db"),
      indexPath: join(folder, "index.db"),
      readonlyIndex: true,
    });
    const realm = realmOf("team", url);
    opened.registry.registerRealm(realm);
    const job: SyncJob = {
      indexPath: join(folder, "index.db"),
      recordsPath: join(folder, "ronin.db"),
      realms: [realm],
      knownRealmIds: ["team"],
      limits: { ...defaultSyncLimits, realmTimeoutMs: 15 * 60_000 },
    };
    await run(`${rows} rows, base`, job, server.pid);
    const index = statSync(join(folder, "index.db")).size;
    console.log(`  index file ${mebi(index)} MiB, ${opened.registry.countVersions("team")} rows`);
    server.stdin.write("change\n");
    server.stdin.flush();
    await said.read();
    await run(`${rows} rows, delta of 20`, job, server.pid);
    await run(`${rows} rows, nothing changed`, job, server.pid);
    opened.close();
  } finally {
    server.kill();
    await server.exited;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(title: string, job: SyncJob, serverPid: number): Promise<void> {
  Bun.gc(true);
  const before = process.memoryUsage().rss;
  let [hostPeak, childPeak, worstHold] = [before, 0, 0];
  let last = performance.now();
  const timer = setInterval(() => {
    worstHold = Math.max(worstHold, performance.now() - last);
    hostPeak = Math.max(hostPeak, process.memoryUsage().rss);
    for (const pid of childrenOf(process.pid)) {
      if (pid !== serverPid) childPeak = Math.max(childPeak, peakOf(pid));
    }
    last = performance.now();
  }, 10);
  const outcomes: RealmOutcome[] = [];
  const startedAt = performance.now();
  const runJob = createChildRunner({ entryPath, env: {}, timeoutMs: 20 * 60_000 });
  await runJob(job, (outcome) => void outcomes.push(outcome), new AbortController().signal);
  clearInterval(timer);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(
    `${title}: ${seconds} s, child at most ${mebi(childPeak)} MiB, host +${mebi(hostPeak - before)} MiB, ` +
      `host's loop held ${worstHold.toFixed(0)} ms at most; ${JSON.stringify(outcomes)}`,
  );
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => fieldOf(pid, "PPid") === parent);
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

function mebi(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}

/** In a process of its own, so that making a million rows is not measured. */
async function serve(folder: string, rows: number): Promise<void> {
  writeSyntheticRealm(folder, rows);
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      const path = join(folder, new URL(request.url).pathname);
      return existsSync(path) ? new Response(Bun.file(path)) : new Response("", { status: 404 });
    },
  });
  console.log(String(server.url).replace(/\/$/, ""));
  for await (const _ of console) {
    writeSyntheticRealm(folder, rows, 20);
    console.log("changed");
  }
}
