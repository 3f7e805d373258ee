import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import type { Fault } from "./fault.ts";
import type { HostTask } from "./host-task.ts";
import { dumpIndex, findBreaches, findUnrecovered } from "./invariants.ts";
import { makeFolder } from "./make-folder.ts";
import { type KillRealm, startKillRealm } from "./realm.ts";
import { indexPath, recordsPath } from "./records.ts";

/** How long a host is left in its trouble: long enough to meet it, and to show that it goes on. */
const TROUBLE_MS = 6000;
const LIMIT_MS = 180_000;

let realm: KillRealm;
let folder: ReturnType<typeof makeFolder>;
let indexes: { old: string; new: string };

/** The files as they were before the sync, with the new index, and with a proposal that waits. */
type Base = "unsynced" | "synced" | "proposed" | "installed";
const base = (name: Base): string => join(folder.path, name);

beforeAll(async () => {
  realm = await startKillRealm(1);
  folder = makeFolder();
  await story("unsynced", "sync");
  const old = dumpIndex(base("unsynced"));
  await realm.publishNew();
  await story("synced", "sync", "unsynced");
  await story("proposed", "need", "synced");
  await story("installed", "approve", "proposed");
  indexes = { old, new: dumpIndex(base("synced")) };
}, LIMIT_MS);

afterAll(async () => {
  folder[Symbol.dispose]();
  await realm[Symbol.asyncDispose]();
});

async function story(name: Base, part: HostTask["part"], from?: Base): Promise<void> {
  if (from !== undefined) copyFiles(base(from), base(name));
  const { by, stderr } = await realm.runHost({ home: base(name), part });
  expect({ by, stderr }).toMatchObject({ by: "SIGTERM" });
}

/** A host on these files that has not started yet. */
function copyFiles(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
  rmSync(join(to, "state", "host.json"), { force: true });
}

function take(from: Base): ReturnType<typeof makeFolder> & { home: string } {
  const own = makeFolder();
  const home = join(own.path, "home");
  copyFiles(base(from), home);
  return { ...own, home };
}

/** Lets it work in trouble, then restarts it without: what holds at all times, and what holds in the end. */
async function expectRecovered(
  home: string,
  trouble: () => Promise<unknown> = async () => {},
  options: Parameters<typeof findUnrecovered>[2] = {},
): Promise<void> {
  await trouble();
  expect(findBreaches(home, [indexes.old, indexes.new], Date.now())).toEqual([]);
  await expectGoodEnd(home, options);
}

async function expectGoodEnd(
  home: string,
  options: Parameters<typeof findUnrecovered>[2] = {},
): Promise<void> {
  rmSync(join(home, "state", "host.json"), { force: true });
  const { by, stderr } = await realm.runHost({ home, part: "all" }, { laterMs: 61_000 });
  expect({ by, stderr }).toMatchObject({ by: "SIGKILL" });
  expect(findUnrecovered(home, indexes.new, options)).toEqual([]);
}

const task = (home: string, part: HostTask["part"], patienceMs = TROUBLE_MS): Omit<HostTask, "realmUrl"> => ({
  home,
  part,
  patienceMs,
});

describe("a disk that is full", () => {
  test.each<[number]>([[0], [1], [2], [4]])(
    "but for %d pages of the host's file loses no approval and installs nothing by half",
    async (pages) => {
      using own = take("proposed");
      const fault: Fault = { file: "ronin.db", pages };
      await expectRecovered(own.home, () => realm.runHost(task(own.home, "approve"), { fault }));
    },
    LIMIT_MS,
  );

  test.each<[number]>([[0], [2]])(
    "but for %d pages of the index leaves the old index or the new one",
    async (pages) => {
      using own = take("unsynced");
      const fault: Fault = { file: "ronin.realms-index.db", pages };
      await expectRecovered(own.home, () => realm.runHost(task(own.home, "sync"), { fault }));
    },
    LIMIT_MS,
  );

  test.each<["sync" | "approve", Base]>([
    ["sync", "unsynced"],
    ["approve", "proposed"],
  ])(
    "as a limit on the size of files, which %s meets, is survived",
    async (part, from) => {
      using own = take(from);
      const path = part === "sync" ? indexPath(own.home) : recordsPath(own.home);
      const maxFileKiB = Math.floor(statSync(path).size / 1024);
      await expectRecovered(own.home, () => realm.runHost(task(own.home, part), { maxFileKiB }));
    },
    LIMIT_MS,
  );
});

describe("a file that cannot be written", () => {
  test.each<[string, "sync" | "approve", Base]>([
    ["ronin.db", "approve", "proposed"],
    ["ronin.realms-index.db", "sync", "unsynced"],
  ])(
    "%s: nothing is lost, and all goes on when it can be",
    async (file, part, from) => {
      using own = take(from);
      const fault: Fault = { file, pages: "readonly" };
      // A decision that cannot be written is refused in so many words, and can be given again.
      const options = { mayHaveFailed: true };
      await expectRecovered(own.home, () => realm.runHost(task(own.home, part), { fault }), options);
    },
    LIMIT_MS,
  );
});

describe("a file that another process holds for ten seconds", () => {
  test.each<["sync" | "approve", Base]>([
    ["sync", "unsynced"],
    ["approve", "proposed"],
  ])(
    "is waited for: %s ends well without a restart",
    async (part, from) => {
      using own = take(from);
      const path = part === "sync" ? indexPath(own.home) : recordsPath(own.home);
      const note = join(own.home, "state", "host.json");
      const lockFile = join(import.meta.dir, "lock-file.ts");
      const locker = Bun.spawn([process.execPath, lockFile, path, "10000", note], { stdout: "pipe" });
      await locker.stdout.getReader().read();
      const started = performance.now();
      const { by, stderr } = await realm.runHost(task(own.home, part, 60_000));
      expect({ by, stderr }).toMatchObject({ by: "SIGTERM" });
      expect(performance.now() - started).toBeGreaterThan(9000);
      await locker.exited;
      expect(dumpIndex(own.home)).toBe(indexes.new);
      await expectGoodEnd(own.home);
    },
    LIMIT_MS,
  );
});

describe("an index file that was cut off", () => {
  test.each<[string, (size: number) => number]>([
    ["to nothing", () => 0],
    ["within its head", () => 50],
    ["after its first page", () => 4096],
    ["in the middle", (size) => Math.floor(size / 2)],
  ])(
    "%s is made anew",
    async (_, cut) => {
      using own = take("proposed");
      const path = indexPath(own.home);
      for (const suffix of ["-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
      truncateSync(path, cut(statSync(path).size));
      await expectGoodEnd(own.home);
    },
    LIMIT_MS,
  );
});

describe("a host's database that was put back", () => {
  test.each<[Base]>([["unsynced"], ["synced"], ["proposed"]])(
    "to when it was %s knows nothing of the install, and installs again when that is approved",
    async (older) => {
      using own = take("installed");
      cpSync(recordsPath(base(older)), recordsPath(own.home));
      rmSync(join(own.home, "said.ndjson"));
      await expectRecovered(own.home);
    },
    LIMIT_MS,
  );
});
