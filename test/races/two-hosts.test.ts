import { expect, test } from "bun:test";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { dumpIndex, findBreaches, findUnrecovered, findUnremembered } from "../kill/invariants.ts";
import { makeFolder } from "../kill/make-folder.ts";
import { startKillRealm } from "../kill/realm.ts";

const TIMES = 20;

test("two hosts on one database, whose people approve at once, install once, twenty times over", async () => {
  await using realm = await startKillRealm(1);
  using folder = makeFolder();
  const base = join(folder.path, "base");
  const run = (home: string, part: "sync" | "need" | "approve") =>
    realm.runHost({ home, part, patienceMs: 20_000 });
  await realm.publishNew();
  await run(base, "sync");
  await run(base, "need");
  rmSync(join(base, "state", "host.json"));
  const index = dumpIndex(base);
  for (let time = 1; time <= TIMES; time++) {
    const home = join(folder.path, `home-${time}`);
    cpSync(base, home, { recursive: true });
    const ended = await Promise.all([run(home, "approve"), run(home, "approve")]);
    // What both said stands beside how they ended when that was not well.
    expect(ended).toMatchObject([{ by: "SIGTERM" }, { by: "SIGTERM" }]);
    expect(findBreaches(home, [index], Date.now())).toEqual([]);
    expect(findUnrecovered(home, index)).toEqual([]);
    expect(findUnremembered(home)).toEqual([]);
  }
}, 300_000);
