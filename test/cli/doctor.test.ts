import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Finding } from "../../lib/cli/doctor/finding.ts";
import type { RealmKataMetadata } from "../../lib/model/kata.ts";
import manifest from "../../package.json" with { type: "json" };
import { textOf, write, writeDist } from "../build/fake-dist.ts";
import { kata, REALM } from "../support/install-world.ts";
import { type CommandWorld, startCommandWorld } from "./command-world.ts";

let world: CommandWorld;
let home: string;

/** A Ronin that runs with this pack, and nothing wrong with it. */
beforeEach(async () => {
  world = await startCommandWorld();
  home = join(dirname(world.databasePath), "home/.ronin");
  world.env.HOME = dirname(home);
  writeDist(home, manifest.version);
  world.noteHost("confirmed");
  world.registry.recordSyncSuccess(REALM, world.clock.now());
});
afterEach(() => world.stop());

async function examine(args: readonly string[] = []): Promise<{ exitCode: number; findings: Finding[] }> {
  const { exitCode, stdout } = await world.run(["doctor", "--json", ...args], { findsHost: args.length > 0 });
  return { exitCode, findings: JSON.parse(stdout).findings };
}

async function expectFinding(code: Finding["code"], level: Finding["level"], says: string): Promise<Finding> {
  const { exitCode, findings } = await examine();
  expect(findings.map((finding) => `${finding.level} ${finding.code}`)).toEqual([`${level} ${code}`]);
  expect(exitCode).toBe(level === "problem" ? 1 : 0);
  const [finding] = findings;
  if (finding === undefined) throw new Error("no finding");
  expect(`${finding.found}\n${finding.fix}`).toContain(says);
  return finding;
}

describe("realms doctor", () => {
  test("where nothing is wrong says so and exits 0", async () => {
    expect(await world.run(["doctor"])).toEqual({ exitCode: 0, stdout: "All is well.\n", stderr: "" });
    expect(await examine()).toEqual({ exitCode: 0, findings: [] });
  });

  test("prints each problem with its fix, within 80 columns", async () => {
    rmSync(world.keyPath);
    const { exitCode, stdout } = await world.run(["doctor"]);
    expect(exitCode).toBe(1);
    expect(stdout).toStartWith("1 problem.\n\napproval_key\n  found  There is no approval key at");
    expect(stdout).toContain("\n  fix    Restart Ronin");
  });

  test("finds that no Ronin answers", async () => {
    const { findings, exitCode } = await examine(["--port", "9"]);
    expect(exitCode).toBe(1);
    expect(findings).toMatchObject([{ code: "host_down", found: expect.stringContaining("127.0.0.1:9") }]);
  });

  test("finds that no Ronin ever ran with the pack, and that its database is missing", async () => {
    rmSync(join(world.env.RONIN_REALMS_HOME ?? "", "host.json"));
    const { findings } = await examine(["--db", join(home, "none.db"), "--port", String(world.port)]);
    expect(findings).toMatchObject([
      { code: "host_unknown", fix: expect.stringContaining("realms drop-in ~/.ronin") },
      { code: "database", fix: expect.stringContaining("--db") },
    ]);
  });

  test("finds that what the settings share is not signed", async () => {
    const realms = { share: { folder: join(home, "site") } };
    write(join(home, "site/realm.json"), "{}");
    write(join(home, "config.json"), JSON.stringify({ realms }));
    await expectFinding("share_refused", "problem", `realms sign --out ${join(home, "site")}`);
  });

  test("finds a Ronin of a version that the pack was not made for", async () => {
    world.noteHost("confirmed", "2.0.0");
    await expectFinding("host_version", "problem", "Ronin is 2.0.0");
  });

  test("finds Ronin's own dojo agent beside this one, and not this one", async () => {
    const checkout = dirname(world.databasePath);
    write(join(checkout, "package.json"), '{"name": "ronin"}');
    write(join(checkout, "agents/dojo-agent.ts"), textOf("agents/dojo-agent.js", manifest.version));
    expect((await examine()).findings).toEqual([]);
    write(join(checkout, "agents/dojo-agent.ts"), "export default class DojoAgent {}\n");
    await expectFinding("dojo_stub", "notice", `mv ${join(checkout, "agents/dojo-agent.ts")}`);
  });

  test("finds that anybody's event approves", async () => {
    world.noteHost("event");
    await expectFinding("approvals_by_event", "notice", "realms.approvals to confirmed");
  });

  test("finds that the pack is not where Ronin takes agents from", async () => {
    const elsewhere = join(home, "elsewhere");
    mkdirSync(elsewhere);
    world.env.RONIN_EXTERNAL_AGENT_DIR = elsewhere;
    const { findings } = await examine();
    expect(findings[0]).toMatchObject({
      code: "pack_missing",
      found: expect.stringContaining(elsewhere),
      // A drop-in would take a folder of that name for a home.
      fix: `Copy dist/agents/* to ${elsewhere}, and restart Ronin.`,
    });
    // What Ronin does not load from there any more.
    expect(findings.slice(1).every(({ code }) => code === "pack_misplaced")).toBe(true);
    expect(findings.length).toBeGreaterThan(1);
  });

  test("finds a file of the pack that is missing", async () => {
    rmSync(join(home, "agents/ronin-realms/sync.mjs"));
    await expectFinding("pack_incomplete", "problem", "agents/ronin-realms/sync.mjs");
  });

  test("finds a pack of another version", async () => {
    writeDist(home, "0.0.1");
    await expectFinding("pack_version", "problem", "0.0.1 is dropped in");
  });

  test("finds files that were copied one folder too deep, or beside where they belong", async () => {
    const stray = ["agents/agents/dojo-agent.js", "plugins/realms.js", "dojo-agent.js"];
    for (const path of stray) write(join(home, path), textOf(path, manifest.version));
    write(join(home, "agents/node_modules/x/index.js"), "// somebody else's\n");
    const { findings } = await examine();
    expect(findings.map(({ code, fix }) => `${code} ${fix}`).sort()).toEqual(
      stray.map((path) => `pack_misplaced Remove it: rm ${join(home, path)}`).sort(),
    );
  });

  test("finds a linked file, which Ronin does not load", async () => {
    const path = join(home, "agents/dojo-agent.js");
    const target = join(home, "source.txt");
    writeFileSync(target, textOf("agents/dojo-agent.js", manifest.version));
    rmSync(path);
    symlinkSync(target, path);
    await expectFinding("pack_linked", "problem", path);
  });

  test("finds a setting that is ignored", async () => {
    write(join(home, "config.json"), '{"realms": {"aprovals": "event"}}');
    await expectFinding("setting_ignored", "problem", "realms.aprovals");
  });

  test.each([
    ["credentials_missing", "environment variable"],
    ["clock_wrong", "clock"],
    ["root_mismatch", "realms realm reset acme"],
    ["network", "realms sync acme"],
    ["wrong_realm", "realms realm remove acme"],
    ["signature_invalid", "tell its publisher"],
    ["records_damaged", "put back a copy of its database"],
  ])("finds a realm that failed with %s, and says what helps", async (code, fix) => {
    world.registry.recordSyncFailure(REALM, world.clock.now(), code, "it did not work");
    const finding = await expectFinding("realm_failed", "problem", fix);
    expect(finding.found).toContain(`${code}, it did not work`);
  });

  test("finds a realm that was not synced for days", async () => {
    world.clock.at += 5 * 24 * 3_600_000;
    await expectFinding("realm_outdated", "problem", "5 days ago");
  });

  test("finds a clock that is behind what was recorded", async () => {
    world.clock.at -= 3_600_000;
    await expectFinding("clock_skew", "problem", "NTP");
  });

  test("finds that no realm is followed", async () => {
    world.registry.removeRealm(REALM);
    await expectFinding("no_realm", "notice", "realms realm add");
  });

  test("finds what waits for a decision", async () => {
    world.publish(kata("finance.audit"));
    world.propose("finance.audit", "v1");
    await expectFinding("open_approvals", "notice", "realms pending");
  });

  test("finds an approved install that never ended", async () => {
    world.publish(kata("finance.audit"));
    const { id } = world.propose("finance.audit", "v1");
    world.registry.approveInstall(id, "mira");
    expect((await examine()).findings).toEqual([]);
    world.clock.at += 3_600_000;
    await expectFinding("install_unfinished", "problem", `realms show ${id}`);
  });

  describe("of an installed kata", () => {
    const publish = (claims: Partial<RealmKataMetadata> = {}) => world.publish(kata("finance.audit"), claims);
    beforeEach(async () => {
      publish();
      const { id } = world.propose("finance.audit", "v1");
      expect((await world.run(["approve", id, "--yes"])).exitCode).toBe(0);
      expect((await examine()).findings).toEqual([]);
    });

    test("finds that it was withdrawn, why, and what to use", async () => {
      publish({ status: "withdrawn", reason: "leaks addresses", replacedBy: "acme:finance.audit@v3" });
      const { found, fix } = await expectFinding("kata_withdrawn", "problem", "acme:finance.audit@v1");
      expect(found).toEndWith(": leaks addresses");
      expect(fix).toBe("realms install acme:finance.audit@v3, then realms uninstall finance.audit@v1");
    });

    test("finds that it is deprecated, which stops nothing", async () => {
      publish({ status: "deprecated", reason: "old" });
      await expectFinding("kata_deprecated", "notice", "realms updates finance.audit");
    });

    test("finds that it is not made for this Ronin", async () => {
      publish({ maxRoninVersion: "1.0.9" });
      await expectFinding("kata_incompatible", "problem", "supports up to 1.0.9");
    });
  });
});
