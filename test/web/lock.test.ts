import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { KataLock } from "../../lib/model/lock.ts";
import type { LockView } from "../../lib/web/view-models.ts";
import { type PageWorld, problemOf, startPageWorld } from "./page-world.ts";

let world: PageWorld;
beforeAll(async () => {
  world = await startPageWorld();
  await world.sync();
});
afterAll(() => world.stop());

const hash = "a".repeat(64);
const lockOf = (katas: number): KataLock => ({
  format: 1,
  realms: [{ id: "examples" }],
  katas: Array.from({ length: katas }, (_, index) => ({
    realm: "examples",
    name: `some.kata${index}`,
    version: "v1",
    sourceHash: hash,
    compiledHash: hash,
  })),
});

describe("the page's routes for a lock", () => {
  test("give what is installed, and hold a lock of two thousand katas against it", async () => {
    expect(await world.json<KataLock>("/dojo/api/lock")).toEqual({ format: 1, realms: [], katas: [] });
    const answer = await world.post("/dojo/api/lock", lockOf(2000));
    expect(answer.status).toBe(200);
    const { entries } = (await answer.json()) as LockView;
    expect(entries).toHaveLength(2000);
    expect(entries.at(-1)).toMatchObject({ state: "refused", problem: { code: "unknown_kata" } });
  }, 20_000);

  test("are closed without the cookie, without an action, and to what is larger than any lock", async () => {
    expect((await world.ask("/dojo/api/lock", { headers: { cookie: "" } })).status).toBe(401);
    expect(await problemOf(await world.post("/dojo/api/lock", lockOf(1), { "x-action": "none" }))).toEqual({
      status: 409,
      code: "action_spent",
    });
    const large = `${" ".repeat(1024 * 1024)}${JSON.stringify(lockOf(1))}`;
    expect(await problemOf(await world.post("/dojo/api/lock", large))).toEqual({
      status: 413,
      code: "too_large",
    });
  });

  test("say what is wrong with what is no lock", async () => {
    expect(await problemOf(await world.post("/dojo/api/lock", { ...lockOf(1), format: 2 }))).toEqual({
      status: 400,
      code: "invalid_input",
    });
    expect((await problemOf(await world.post("/dojo/api/lock", lockOf(2001)))).code).toBe("invalid_input");
  });
});
