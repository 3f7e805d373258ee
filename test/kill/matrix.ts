import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { HostTask } from "./host-task.ts";
import { dumpIndex, findBreaches, findUnrecovered, findUnremembered } from "./invariants.ts";
import { makeFolder } from "./make-folder.ts";
import { actOf, type Point, readPoints } from "./points.ts";
import { createRandom } from "./random.ts";
import { type KillRealm, startKillRealm } from "./realm.ts";

export interface MatrixReport {
  points: Point[];
  /** One a kill that broke something, with what it broke. */
  failures: string[];
}

export interface MatrixOptions {
  /** Decides the realm's data, the jitter, and which points are killed before and which after their act. */
  seed: number;
  /** Which points to kill at. Default: every one. */
  only?: (point: Point) => boolean;
  /** Hosts at one time. Default 3: each waits for its realm and its sync now and then. */
  parallel?: number;
  onKill?: (point: Point, breaches: readonly string[]) => void;
}

/** Records the points of the story and kills a fresh copy of its files at each of them, once. */
export async function runMatrix(options: MatrixOptions): Promise<MatrixReport> {
  const { seed, only = () => true, parallel = 3, onKill = () => {} } = options;
  await using realm = await startKillRealm(seed);
  using folder = makeFolder();
  const story = await recordStory(realm, folder.path, seed);
  const random = createRandom(seed);
  // Drawn before the kills, whose order may differ from run to run.
  const kills = story.points.map((point, at) => ({
    point,
    at,
    when: seed === 1 || random() < 0.5 ? ("before" as const) : ("after" as const),
    withHost: (seed + at) % 2 === 0,
  }));
  const failures: string[] = [];
  const waiting = kills.filter(({ point }) => only(point)).values();
  const worker = async (): Promise<void> => {
    for (const kill of waiting) {
      const breaches = await killAndRestart(realm, folder.path, story, seed, kill);
      onKill(kill.point, breaches);
      for (const breach of breaches)
        failures.push(`seed ${seed}, ${kill.when} ${kill.point.part}: ${kill.point.id}: ${breach}`);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return { points: story.points, failures };
}

/** The points of the story, without a kill. */
export async function recordPoints(seed: number): Promise<Point[]> {
  await using realm = await startKillRealm(seed);
  using folder = makeFolder();
  return (await recordStory(realm, folder.path, seed)).points;
}

interface Story {
  points: Point[];
  /** What the index may hold after each part: what it held before, and what after. */
  indexes: Record<Point["part"], string[]>;
  newIndex: string;
}

const parts = ["start", "sync", "need", "approve"] as const;

/** Runs each part once on a copy of the files that the part before left, and keeps what each began with. */
async function recordStory(realm: KillRealm, folder: string, seed: number): Promise<Story> {
  const orders = { process: "host", seed, killed: join(folder, "killed") };
  const run = async (home: string, part: Point["part"], record?: string): Promise<void> => {
    const task = taskFor(home, part);
    const traced = record === undefined ? {} : { orders: { ...orders, record } };
    const { by, stderr } = await realm.runHost(record === undefined ? task : { ...task, record }, traced);
    if (by !== "SIGTERM") throw new Error(`recording ${part} ended with ${by}: ${stderr}`);
  };
  const base = (part: Point["part"]): string => join(folder, `base-${part}`);

  await run(base("sync"), "sync");
  forgetStart(base("sync"));
  const oldIndex = dumpIndex(base("sync"));
  await realm.publishNew();

  const points: Point[] = [];
  for (const [at, part] of parts.entries()) {
    const record = join(folder, `points-${part}`);
    const home = join(folder, `recorded-${part}`);
    if (existsSync(base(part))) cpSync(base(part), home, { recursive: true });
    await run(home, part, record);
    points.push(...readPoints(record, part));
    const next = parts[at + 1];
    if (part === "start" || next === undefined) continue;
    cpSync(home, base(next), { recursive: true });
    forgetStart(base(next));
  }
  const newIndex = dumpIndex(base("need"));
  const empty = dumpIndex(join(folder, "nowhere"));
  const indexes = {
    start: [empty, newIndex],
    sync: [oldIndex, newIndex],
    need: [newIndex],
    approve: [newIndex],
  };
  if (new Set([empty, oldIndex, newIndex]).size !== 3) throw new Error("old and new index are the same");
  return { points, indexes, newIndex };
}

/** A new installation starts and syncs; the other parts find what the part before left. */
function taskFor(home: string, part: Point["part"]): Pick<HostTask, "home" | "part"> {
  return { home, part: part === "start" ? "sync" : part };
}

/** The next host on these files must not be taken for settled before it is. */
function forgetStart(home: string): void {
  rmSync(join(home, "state", "host.json"), { force: true });
}

interface Kill {
  point: Point;
  at: number;
  when: "before" | "after";
  withHost: boolean;
}

async function killAndRestart(
  realm: KillRealm,
  folder: string,
  story: Story,
  seed: number,
  { point, at, when, withHost }: Kill,
): Promise<string[]> {
  const { part } = point;
  using own = makeFolder();
  const home = join(own.path, "home");
  const killed = join(own.path, "killed");
  const base = join(folder, `base-${part}`);
  if (existsSync(base)) cpSync(base, home, { recursive: true });
  const kill = { id: point.id, when, withHost };
  const task = taskFor(home, part);
  const first = await realm.runHost(task, {
    orders: { process: "host", seed: seed * 1000 + at, killed, kill },
  });
  if (!existsSync(killed) || readFileSync(killed, "utf8") !== `${point.id}\n`)
    return [`was not reached: ended with ${first.by}: ${first.stderr}`];
  if (first.by !== "SIGKILL" && first.by !== "SIGTERM")
    return [`the host ended with ${first.by}: ${first.stderr}`];
  const breaches = findBreaches(home, story.indexes[part], Date.now());

  forgetStart(home);
  const second = await realm.runHost({ home, part: "all" }, { laterMs: 61_000 });
  if (second.by !== "SIGKILL") return [...breaches, `the restart ended with ${second.by}: ${second.stderr}`];
  return [
    ...breaches,
    ...findBreaches(home, [story.newIndex], Date.now() + 61_000),
    ...findUnrecovered(home, story.newIndex, { mayRepeat: mayRepeat(story.points, point) }),
    ...findUnremembered(home),
  ];
}

/** Between the event and the commit that notes it. */
function mayRepeat(points: readonly Point[], point: Point): boolean {
  const approving = points.filter(({ part, id }) => part === "approve" && id.startsWith("host "));
  const said = approving.findIndex((one) => actOf(one) === "emit kata.installed");
  const at = approving.indexOf(point);
  return at >= said && at <= said + 3;
}
