import { Database } from "bun:sqlite";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bus } from "../../lib/bus.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import type { RealmKataMetadata } from "../../lib/model/kata.ts";
import type { Realm } from "../../lib/model/realm.ts";
import { createPackIndex, type PackIndex } from "../../lib/registry/pack-index.ts";
import { RealmsRegistry } from "../../lib/registry/registry.ts";
import type { Scratch } from "../../lib/sync/scratch.ts";

export const NOON = Date.parse("2026-03-10T12:00:00Z");

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A row as a realm lists it; the hashes follow from name and version. */
export function kataOf(
  name: string,
  version = "v1",
  extra: Partial<RealmKataMetadata> = {},
): RealmKataMetadata {
  return {
    name,
    version,
    requiredSkills: [],
    tags: ["test"],
    complexity: "simple",
    sourceHash: sha256(`${name} ${version}`),
    compiledHash: sha256(`compiled ${name} ${version}`),
    ...extra,
  };
}

/** `count` different katas, named so that their order is their number. */
export function manyKatas(count: number, version = "v1"): RealmKataMetadata[] {
  return Array.from({ length: count }, (_, i) => kataOf(`many.kata${String(i).padStart(6, "0")}`, version));
}

export function realmOf(id: string, url: string, extra: Partial<Realm> = {}): Realm {
  return { id, name: id, type: "custom", url, enabled: true, ...extra };
}

export class TestClock implements Clock {
  constructor(public time: number = NOON) {}
  now(): number {
    return this.time;
  }
}

export function memoryRegistry(clock: Clock = new TestClock()): RealmsRegistry {
  return memoryIndex(clock).registry;
}

/** A registry in memory, and what the sync's child has beside it. */
export function memoryIndex(clock: Clock = new TestClock()): {
  db: Database;
  registry: RealmsRegistry;
  packs: PackIndex;
} {
  const db = new Database(":memory:", { strict: true });
  return { db, registry: new RealmsRegistry(db, { clock }), packs: createPackIndex(db, clock) };
}

/** For a sync that brings no packs. */
export const noScratch: Scratch = {
  newFile() {
    throw new Error("no file is expected");
  },
  [Symbol.dispose]() {},
};

/** Keeps each line with its level in front. */
export class TestLog implements Log {
  readonly lines: string[] = [];
  info = (line: string): void => void this.lines.push(`info ${line}`);
  warn = (line: string): void => void this.lines.push(`warn ${line}`);
  error = (line: string): void => void this.lines.push(`error ${line}`);
}

export class TestBus implements Pick<Bus, "emit"> {
  readonly events: Array<{ event: string; payload: unknown }> = [];
  emit: Bus["emit"] = (event, payload) => void this.events.push({ event, payload });
}

export interface TempDir extends Disposable {
  path(name: string): string;
}

export function tempDir(): TempDir {
  const dir = mkdtempSync(join(tmpdir(), "realms-sync-"));
  return {
    path: (name) => join(dir, name),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** Waits until `condition` holds, for what another process does. */
export async function until(condition: () => boolean, withinMs = 5000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error("what was waited for did not happen");
    await Bun.sleep(2);
  }
}
