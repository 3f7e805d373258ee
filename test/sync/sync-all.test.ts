import { describe, expect, test } from "bun:test";
import { RealmError } from "../../lib/errors.ts";
import type { Realm } from "../../lib/model/realm.ts";
import type { RealmOutcome } from "../../lib/sync/job.ts";
import { toSynced } from "../../lib/sync/outcome.ts";
import { syncAll } from "../../lib/sync/sync-all.ts";

const nothingNew = { added: 0, updated: 0, withdrawn: 0, unchanged: 1 };

function realmsOf(...ids: string[]): Realm[] {
  return ids.map((id) => ({ id, name: id, type: "custom", url: `https://${id}.example/v1`, enabled: true }));
}

describe("syncAll", () => {
  test("a realm that hangs fails with timeout after its own limit and delays none of the others", async () => {
    const outcomes: RealmOutcome[] = [];
    const seen: AbortSignal[] = [];
    await syncAll(
      {
        syncOne: (realm, signal) => {
          if (realm.id !== "hangs") return toSynced(realm.id, nothingNew);
          seen.push(signal);
          return new Promise(() => {});
        },
        limits: { realmTimeoutMs: 30, maxParallel: 2 },
        onOutcome: (outcome) => void outcomes.push(outcome),
      },
      realmsOf("hangs", "a", "b", "c", "d"),
    );
    expect(outcomes.map(({ realmId, kind }) => `${realmId} ${kind}`)).toEqual([
      "a synced",
      "b synced",
      "c synced",
      "d synced",
      "hangs failed",
    ]);
    expect(outcomes.at(-1)).toMatchObject({ code: "timeout" });
    expect(seen.map((signal) => signal.aborted)).toEqual([true]);
  });

  test("what one realm throws is its own outcome", async () => {
    const outcomes: RealmOutcome[] = [];
    await syncAll(
      {
        syncOne: async (realm) => {
          if (realm.id === "a") throw new RealmError("not_json", "a page");
          if (realm.id === "b") throw new TypeError("a mistake of ours");
          return toSynced(realm.id, nothingNew);
        },
        limits: { realmTimeoutMs: 1000, maxParallel: 4 },
        onOutcome: (outcome) => void outcomes.push(outcome),
      },
      realmsOf("a", "b", "c"),
    );
    const byId = Object.fromEntries(outcomes.map((outcome) => [outcome.realmId, outcome]));
    expect(byId.a).toMatchObject({ kind: "failed", code: "not_json", message: "a page" });
    expect(byId.b).toMatchObject({ kind: "failed", code: "sync_failed", message: "a mistake of ours" });
    expect(byId.c).toMatchObject({ kind: "synced" });
  });

  test("no more realms than allowed are under way at a time, and each is synced once", async () => {
    let underWay = 0;
    let most = 0;
    const synced: string[] = [];
    await syncAll(
      {
        syncOne: async (realm) => {
          underWay += 1;
          most = Math.max(most, underWay);
          await Bun.sleep(1);
          underWay -= 1;
          return toSynced(realm.id, nothingNew);
        },
        limits: { realmTimeoutMs: 1000, maxParallel: 3 },
        onOutcome: ({ realmId }) => void synced.push(realmId),
      },
      realmsOf("a", "b", "c", "d", "e", "f", "g"),
    );
    expect(most).toBe(3);
    expect(synced.sort()).toEqual(["a", "b", "c", "d", "e", "f", "g"]);
  });
});
