import { afterEach, beforeEach, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packedRealmSchema, packRowSchema } from "../../lib/model/wire.ts";
import { toPublishedRow } from "../../lib/publish/published-row.ts";
import { type Desk, openDesk } from "../tuf/desk.ts";
import { changedFiles, contents, kata, linesOf, republish, snapshot } from "./realm-folder.ts";

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
  // With the two that lie there already.
  for (let index = 0; index < 998; index += 1) {
    addKata(`n${index}.x`, `# description: Number ${index}\n`);
  }
});
afterEach(() => desk[Symbol.asyncDispose]());

const at = (path: string) => join(desk.cwd, path);
const addKata = (name: string, head = "") => writeFileSync(at(`katas/${name}.kata`), kata(name, "v1", head));

async function realms(line: string): Promise<string> {
  const { exitCode, stdout, stderr } = await desk.run(line);
  expect({ line, exitCode, stderr }).toEqual({ line, exitCode: 0, stderr: "" });
  return stdout;
}

test("1,000 katas are published with the same bytes at the same --now, and again with no write", async () => {
  const build = "build katas --realm acme --now 2026-11-22T06:00:00Z --json --out";
  expect(JSON.parse(await realms(`${build} site`))).toMatchObject({ rows: 1000 });
  await realms(`${build} other`);
  expect(contents(at("other"))).toEqual(contents(at("site")));

  const before = snapshot(at("site"));
  desk.clock.at += 3_600_000;
  expect(JSON.parse(await realms("build katas --out site --json"))).toMatchObject({
    outcome: "unchanged",
    written: [],
  });
  expect(changedFiles(before, snapshot(at("site")))).toEqual([]);
}, 20_000);

test("one version more after 600 publishes costs 13 files, and 17 with signatures, browse page not counted", async () => {
  await realms("keys create --realm acme");
  await realms("build katas --out site --realm acme");
  pretendPublishes(600);
  await realms("sign --out site");

  const before = contents(at("site"));
  addKata("new.x");
  await realms("build katas --out site");
  const built = contents(at("site"));
  expect(written(before, built)).toHaveLength(13);
  await realms("sign --out site");
  const signed = contents(at("site"));
  expect(written(before, signed)).toHaveLength(17);
  expect(packedRealmSchema.parse(pointer()).deltas.map(({ from }) => 601 - from)).toEqual([
    1, 2, 4, 8, 16, 32, 64, 128, 256, 512,
  ]);

  const still = snapshot(at("site"));
  await realms("build katas --out site");
  await realms("sign --out site");
  expect(changedFiles(still, snapshot(at("site")))).toEqual([]);
}, 20_000);

const pointer = (): unknown => JSON.parse(readFileSync(at("site/realm.json"), "utf8"));

function written(before: Map<string, string>, after: Map<string, string>): string[] {
  return [...after.keys()].filter((path) => path !== "index.html" && after.get(path) !== before.get(path));
}

/** Puts the realm into the state in which its rows changed one after the other, over so many publishes. */
function pretendPublishes(count: number): void {
  const rows = packedRealmSchema
    .parse(pointer())
    .base.flatMap(({ sha256 }) => linesOf(readFileSync(at(`site/packs/${sha256}.ndjson.gz`))))
    .map((line) => packRowSchema.parse(JSON.parse(line)))
    .map((row, index) => toPublishedRow({ ...row, seq: 1 + (index % count) }));
  republish(at("site"), rows, count, desk.clock.at);
}
