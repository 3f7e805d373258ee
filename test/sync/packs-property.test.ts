import { expect, test } from "bun:test";
import type { KataStatus } from "../../lib/model/kata.ts";
import { toPublication } from "../../lib/publish/publication.ts";
import { type PublishedRow, rowKey, sortRows, toPublishedRow } from "../../lib/publish/published-row.ts";
import { createRealmClient } from "../../lib/realm-client/client.ts";
import { openScratch } from "../../lib/sync/scratch.ts";
import { syncRealm } from "../../lib/sync/sync-realm.ts";
import { type Draft, draftOf, pathOf } from "../support/packed-realm.ts";
import { memoryIndex, NOON, realmOf, tempDir } from "./fixtures.ts";

const PUBLISHES = 700;
const CLIENTS = 12;
const KATAS = 30;
const VERSIONS = 4;

const team = realmOf("team", "https://realm.example");

/** Numbers from 0 below `end`, the same ones for one seed. */
type Random = (end: number) => number;

test.each([20_261_122])(
  `${PUBLISHES} random publishes, by the seed %i, are followed by clients of any age, each to the realm's very rows`,
  async (seed) => {
    using dir = tempDir();
    using scratch = openScratch(dir.path("index.db"));
    const random = createRandom(seed);
    const realm = createPublisher();
    let served = realm.publication();
    const asked: string[] = [];
    const client = createRealmClient({
      fetch: async ({ pathname }) => {
        asked.push(pathname.slice(1));
        const file = served.files.get(pathname.slice(1));
        return file === undefined ? new Response("", { status: 404 }) : new Response(Buffer.from(file));
      },
    });
    const taken = { nothing: 0, delta: 0, base: 0 };
    const sync = async (follower: Follower): Promise<void> => {
      asked.length = 0;
      const deps = { ...follower, client, checkpoint: () => {}, scratch };
      const outcome = await syncRealm(deps, team, new AbortController().signal);
      expect(outcome).toMatchObject({ kind: "synced" });
      expect(rowsOf(follower)).toEqual(realm.rows().map((row) => toText(row)));
      const [, pack] = asked;
      const isBase = served.pointer.base.some((one) => pathOf(one) === pack);
      taken[pack === undefined ? "nothing" : isBase ? "base" : "delta"] += 1;
    };

    const followers = Array.from({ length: CLIENTS }, createFollower);
    for (let i = 0; i < PUBLISHES; i += 1) {
      realm.publish(Array.from({ length: random(5) }, () => randomDraft(random)));
      // The first of them ask every fourth time, the last ones hardly ever.
      const asking = followers.filter((_, i) => random(2 ** (i + 2)) === 0);
      if (asking.length === 0) continue;
      served = realm.publication();
      for (const follower of asking) await sync(follower);
    }
    served = realm.publication();
    for (const follower of [...followers, createFollower()]) await sync(follower);
    expect(served.pointer.seq).toBe(PUBLISHES);
    // Else this would have shown less than it seems to.
    expect(taken.delta).toBeGreaterThan(100);
    expect(taken.base).toBeGreaterThan(CLIENTS);
  },
  60_000,
);

/** The realm as the publisher of this pack makes it, in memory. */
function createPublisher() {
  const head = { realm: "team", name: "Team", notice: undefined, root: undefined };
  const rows = new Map<string, PublishedRow>();
  let seq = 0;
  return {
    publish(drafts: readonly Draft[]): void {
      seq += 1;
      for (const draft of drafts) rows.set(rowKey(draft), toPublishedRow({ ...draft, seq }));
    },
    publication() {
      const { pointer, pointerBytes, packs } = toPublication(head, rows, seq, NOON);
      const files = new Map(packs.map((pack) => [pathOf(pack), pack.content]));
      return { pointer, files: files.set("realm.json", pointerBytes) };
    },
    rows: () => sortRows(rows).map(({ row }) => row),
  };
}

type Follower = ReturnType<typeof createFollower>;

function createFollower() {
  const index = memoryIndex();
  index.registry.registerRealm(team);
  return index;
}

/** A published version stays what it is, but for its status. */
function randomDraft(random: Random): Draft {
  const statuses: KataStatus[] = ["active", "deprecated", "withdrawn"];
  const status = statuses[random(statuses.length)] ?? "active";
  const reason = status === "active" ? {} : { reason: `It is ${status}.` };
  return draftOf(`random.kata${random(KATAS) + 10}`, `v${random(VERSIONS) + 1}`, { status, ...reason });
}

function rowsOf({ db }: Follower): string[] {
  const columns = "kata_name AS name, kata_version AS version, status, reason, seq";
  const rows = db.query(`SELECT ${columns} FROM realm_kata_index ORDER BY kata_name, version_number`).all();
  return rows.map((row) => toText(row as Shown));
}

type Shown = { name: string; version: string; status: string; reason?: string | undefined; seq: number };

function toText(row: Shown): string {
  return [row.name, row.version, row.status, row.reason ?? "", row.seq].join(" ");
}

/** Mulberry32. */
function createRandom(seed: number): Random {
  let state = seed;
  return (end) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  };
}
