import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { makeRonins, type Ronin, type Ronins } from "./ronins.ts";

// Two hosts and each command are processes of their own, on a machine that may be busy.
setDefaultTimeout(60_000);

const SOURCE = `# description: Tells the time in Tokyo.
# tags: clock, tokyo
kata clock.tokyo v1
requires skill local.reasoning
initial think
phase think
  run skill local.reasoning
  complete
`;
const RECEIPTS =
  "SELECT kata_name, from_realm, trust, installed_by, checksum_verified, source_hash FROM kata_install_receipts";

let ronins: Ronins;
let one: Ronin;
let other: Ronin;
let fingerprint: string;

beforeAll(async () => {
  ronins = await makeRonins();
  one = await ronins.start((home) => ({ share: { folder: join(home, "site") } }));
  other = await ronins.start();
});
afterAll(() => ronins?.[Symbol.asyncDispose]());

/** In this order: each builds on what the ones before it did. */
describe("a kata that was created on one Ronin", () => {
  test("is registered there once a person approved it, and its receipt says so", async () => {
    const id = await one.miss("tell me what time it is in Tokyo", SOURCE);
    expect(await one.json("approve", id, "--yes", "--as", "mira")).toMatchObject({ outcome: "installed" });
    expect(await one.rows(RECEIPTS)).toMatchObject([
      {
        kata_name: "clock.tokyo",
        from_realm: "local",
        trust: null,
        installed_by: "mira",
        checksum_verified: 1,
      },
    ]);
  });

  test("is served by it once it is published and signed, and not before", async () => {
    const served = () => fetch(`${one.origin}/realms/v1/metadata/1.root.json`);
    expect((await served()).status).toBe(404);
    const made = await one.json("keys", "create", "--realm", "tokyo");
    fingerprint = String(made.fingerprint);
    const publish = ["publish", "--from-local", "--out", "site", "--realm", "tokyo"];
    expect(await one.json(...publish)).toMatchObject({ outcome: "published", added: ["clock.tokyo@v1"] });
    expect((await served()).status).toBe(404);
    expect(await one.json(...publish, "--sign")).toMatchObject({
      outcome: "unchanged",
      signed: { outcome: "signed", fingerprint },
    });
    expect((await served()).status).toBe(200);
  });

  test("is found on another Ronin that follows the first as a realm, pinned by its root", async () => {
    const url = `${one.origin}/realms/v1`;
    const wrong = await other.run("realm", "add", "tokyo", url, "--fingerprint", "0".repeat(64), "--json");
    expect(JSON.parse(wrong.stdout)).toMatchObject({ error: { code: "fingerprint_mismatch" } });
    await other.json("realm", "add", "tokyo", url, "--fingerprint", fingerprint);
    await other.json("sync", "tokyo");
    expect(await other.json("search", "tokyo", "clock")).toMatchObject({
      results: [{ name: "clock.tokyo", realm: { id: "tokyo", trust: "pinned" } }],
    });
  });

  test("is installed there as the same bytes, and its receipt says from which realm and how it was trusted", async () => {
    expect(await other.json("install", "clock.tokyo@v1", "--yes", "--as", "jo")).toMatchObject({
      outcome: "installed",
      receipts: [{ qualifiedName: "tokyo:clock.tokyo@v1", trust: "pinned", installedBy: "jo" }],
    });
    const [created] = (await one.rows(RECEIPTS)) as Array<{ source_hash: string }>;
    expect(await other.rows(RECEIPTS)).toEqual([
      {
        kata_name: "clock.tokyo",
        from_realm: "tokyo",
        trust: "pinned",
        installed_by: "jo",
        checksum_verified: 1,
        source_hash: `${created?.source_hash}`,
      },
    ]);
    const registered = "SELECT name, version, source_code FROM kata_definitions";
    expect(await other.rows(registered)).toEqual([
      { name: "clock.tokyo", version: "v1", source_code: SOURCE },
    ]);
  });

  test("is the other's to leave out when that one publishes its own katas", async () => {
    const ran = await other.run("publish", "--from-local", "--out", "own", "--realm", "own", "--json");
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: "no_katas" } });
  });
});
