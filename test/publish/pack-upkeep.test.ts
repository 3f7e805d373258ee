import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { DAY, kata, makeRealmFolder, type RealmFolder } from "./realm-folder.ts";

let folder: RealmFolder;
let count = 0;
beforeEach(async () => {
  folder = makeRealmFolder();
  count = 0;
  await publish();
});
afterEach(() => folder[Symbol.dispose]());

/** Publishes one kata more, `after` this long. */
async function publish(after = 0) {
  count += 1;
  folder.now += after;
  folder.put(`${count}.kata`, kata(`n${count}.x`, "v1"));
  return folder.build();
}

const packs = () => readdirSync(join(folder.site, "packs")).map((name) => `packs/${name}`);
const named = () =>
  [...folder.pointer().base, ...folder.pointer().deltas].map(({ sha256 }) => `packs/${sha256}.ndjson.gz`);

describe("an old pack", () => {
  test("stays when it is no longer named, and its file time says since when", async () => {
    const [old = ""] = named();
    await publish();
    expect(named()).not.toContain(old);
    expect(packs()).toContain(old);
    expect(statSync(join(folder.site, old)).mtimeMs).toBe(folder.now);
  });

  test("stays for 30 days, however many publishes there were", async () => {
    const [old = ""] = named();
    for (let index = 0; index < 5; index += 1) await publish();
    expect(await publish(29 * DAY)).toMatchObject({ removed: [] });
    expect(packs()).toContain(old);
    const { removed } = await publish(2 * DAY);
    expect(removed).toContain(old);
    expect(packs()).not.toContain(old);
  });

  test("stays for three publishes, however long ago it was", async () => {
    const [old = ""] = named();
    await publish();
    for (const isLast of [false, false, true]) {
      const { removed } = await publish(40 * DAY);
      expect([isLast, removed.includes(old)]).toEqual([isLast, isLast]);
    }
  });

  test("stays while it is named, whatever its file time says", async () => {
    for (let index = 0; index < 5; index += 1) await publish(40 * DAY);
    for (const path of packs()) utimesSync(join(folder.site, path), 1, 1);
    await publish(40 * DAY);
    for (const path of named()) expect(packs()).toContain(path);
  });

  test("is not old while a publish leaves it named, and its file time stays", async () => {
    const [base = ""] = named();
    const before = statSync(join(folder.site, base)).mtimeMs;
    await folder.build({ name: "Another name" });
    expect(named()[0]).toBe(base);
    expect(statSync(join(folder.site, base)).mtimeMs).toBe(before);
  });

  test("stays longer where file times were lost", async () => {
    for (let index = 0; index < 5; index += 1) await publish();
    folder.now += 100 * DAY;
    for (const path of packs()) utimesSync(join(folder.site, path), folder.now / 1000, folder.now / 1000);
    expect(await publish()).toMatchObject({ removed: [] });
  });

  test("is not looked for by a build without a change", async () => {
    for (let index = 0; index < 5; index += 1) await publish();
    const before = packs();
    folder.now += 100 * DAY;
    expect(await folder.build()).toMatchObject({ isChanged: false, removed: [] });
    expect(packs()).toEqual(before);
  });

  test("takes nothing with it that is no pack", async () => {
    for (let index = 0; index < 5; index += 1) await publish();
    await Bun.write(join(folder.site, "packs/notes.txt"), "mine");
    utimesSync(join(folder.site, "packs/notes.txt"), 1, 1);
    const { removed } = await publish(40 * DAY);
    expect(removed.length).toBeGreaterThan(0);
    expect(packs()).toContain("packs/notes.txt");
  });
});
