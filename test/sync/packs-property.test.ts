import { expect, test } from "bun:test";
import fc from "fast-check";
import type { KataStatus } from "../../lib/model/kata.ts";
import { createRealmClient } from "../../lib/realm-client/client.ts";
import { syncRealm } from "../../lib/sync/sync-realm.ts";
import { draftOf, TestPackedRealm } from "../support/packed-realm.ts";
import { memoryIndex, realmOf, tempDir } from "./fixtures.ts";
import { openScratch } from "../../lib/sync/scratch.ts";

const PUBLISHES = 700;
const CLIENTS = 12;

/** One row that a publish adds or changes, by numbers that are read in the light of what is there. */
const change = fc.record({
  kata: fc.nat(59),
  version: fc.integer({ min: 1, max: 6 }),
  status: fc.constantFrom<KataStatus>("active", "deprecated", "withdrawn"),
});

const publish = fc.record({
  changes: fc.array(change, { maxLength: 4 }),
  /** Which clients ask after it. The first ones often do, the last ones hardly ever. */
  asking: fc.tuple(...Array.from({ length: CLIENTS }, (_, i) => fc.nat(2 ** i).map((n) => n === 0))),
});

test(`${PUBLISHES} random publishes are followed by clients of any age, each to the realm's very rows`, async () => {
  const script = fc.array(publish, { minLength: PUBLISHES, maxLength: PUBLISHES });
  await fc.assert(fc.asyncProperty(script, followAll), { seed: 7, numRuns: 1, endOnFailure: true });
}, 60_000);

async function followAll(script: Array<{ changes: Change[]; asking: boolean[] }>): Promise<void> {
  using dir = tempDir();
  using scratch = openScratch(dir.path("index.db"));
  const realm = new TestPackedRealm({ rowsPerPack: 100 });
  let files: Record<string, Uint8Array> = {};
  const asked: string[] = [];
  const client = createRealmClient({
    fetch: async (url) => {
      asked.push(url.pathname);
      const file = files[url.pathname.slice(1)];
      return file === undefined ? new Response("", { status: 404 }) : new Response(Buffer.from(file));
    },
  });
  const clients = Array.from({ length: CLIENTS }, createClient);
  const taken = { base: 0, delta: 0 };

  const ask = async ({ registry, packs, db }: Client): Promise<void> => {
    asked.length = 0;
    const deps = { registry, packs, client, checkpoint: () => {}, scratch };
    const outcome = await syncRealm(deps, team, new AbortController().signal);
    expect(outcome).toMatchObject({ kind: "synced" });
    const rows = db.query("SELECT kata_name, kata_version, status, reason, seq FROM realm_kata_index");
    expect(new Set(rows.values().map((row) => row.join(" ")))).toEqual(
      new Set(realm.rows.map((row) => [row.name, row.version, row.status, row.reason, row.seq].join(" "))),
    );
    if (asked.length === 2) taken.delta += 1;
    else if (asked.length > 2) taken.base += 1;
  };

  for (const { changes, asking } of script) {
    realm.publish(...changes.map((one) => toDraft(realm, one)));
    if (!asking.some(Boolean)) continue;
    files = realm.files().files;
    for (const [i, isAsking] of asking.entries()) {
      const one = clients[i];
      if (isAsking && one !== undefined) await ask(one);
    }
  }
  files = realm.files().files;
  for (const one of [...clients, createClient()]) await ask(one);
  // Else this would have shown less than it seems to.
  expect(realm.seq).toBe(PUBLISHES);
  expect(Math.min(taken.base, taken.delta)).toBeGreaterThan(CLIENTS / 2);
}

const team = realmOf("team", "https://realm.example/v1");

type Change = { kata: number; version: number; status: KataStatus };
type Client = ReturnType<typeof createClient>;

function createClient() {
  const index = memoryIndex();
  index.registry.registerRealm(team);
  return index;
}

/** A published version stays what it is, but for its status. */
function toDraft(_realm: TestPackedRealm, { kata, version, status }: Change) {
  const reason = status === "active" ? {} : { reason: `It is ${status}.` };
  return draftOf(`random.kata${kata}`, `v${version}`, { status, ...reason });
}
