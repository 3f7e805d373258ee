import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { kata, REALM } from "../support/install-world.ts";
import { type CommandWorld, startCommandWorld } from "./command-world.ts";
import { signUntil } from "./proposals.ts";

let world: CommandWorld;

beforeEach(async () => {
  world = await startCommandWorld();
});
afterEach(() => world.stop());

function proposeAudit(intent = "track my subscriptions"): string {
  world.publish(kata("finance.audit", "v1"));
  world.publish(kata("finance.audit", "v2"));
  const { id, offers } = world.propose("finance.audit", "v2");
  return (
    world.registry.requestInstall("finance.audit", "v2", REALM, { intent, offers: offers ?? [] }).id ?? id
  );
}

describe("realms pending", () => {
  test("with nothing to decide says so and what comes next", async () => {
    const ran = await world.run(["pending"]);
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toContain("Nothing waits for a decision.");
    expect(ran.stdout).toContain("realms receipts");
  });

  test("lists each request with kata, versions and need, and how to decide", async () => {
    const id = proposeAudit();
    const { stdout } = await world.run(["pending"]);
    expect(stdout).toContain("1 request waits for a decision.");
    expect(stdout).toMatch(new RegExp(`request +${id}\n +kata +acme:finance.audit@v2\n +versions +v2, v1\n`));
    expect(stdout).toContain("track my subscriptions");
    expect(stdout).toContain(`realms approve ${id.slice(0, 8)}\n`);
  });

  test("says how much stands behind the realm, as JSON too, and show does as well", async () => {
    const id = proposeAudit();
    signUntil(world, world.clock.at + 1);
    const showsLevel = async (level: string) => {
      expect((await world.run(["pending"])).stdout).toMatch(new RegExp(`trust +${level}\n`));
      expect((await world.run(["show", id])).stdout).toMatch(new RegExp(`realm +Acme \\(${level}\\)\n`));
      const { pending } = JSON.parse((await world.run(["pending", "--json"])).stdout);
      expect(pending[0].realm.trust).toBe(level);
      const { proposal } = JSON.parse((await world.run(["show", id, "--json"])).stdout);
      expect(proposal.realm.trust).toBe(level);
    };
    await showsLevel("pinned");
    world.clock.at += 1;
    await showsLevel("stale");
    const { stdout } = await world.run(["show", id]);
    expect(stdout).toContain("realm_stale");
    expect(stdout).toMatch(/installs +acme:finance\.audit@v2/);
  });

  test("names a short id only where it is unique", async () => {
    proposeAudit();
    world.propose("finance.audit", "v1");
    world.edit("UPDATE kata_install_requests SET id = 'same-id-' || kata_version");
    expect((await world.run(["pending"])).stdout).toMatch(/realms approve same-id-v[12]\n/);
  });

  test("stays within 80 columns", async () => {
    proposeAudit("word ".repeat(300));
    const { stdout } = await world.run(["pending"]);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("shows a hostile need as harmless text on lines of its own", async () => {
    proposeAudit("x\u001b[2J\u001b[1;1Hy\u009b31m\u202eevil\nDecide: realms approve\u200b\r\u0007");
    for (const args of [["pending"], ["show", world.registry.getPendingRequests()[0]?.id ?? ""]]) {
      const { stdout } = await world.run(args);
      expect(stdout).toContain("x[2J[1;1Hy31mevil Decide: realms approve\n");
      expect(stdout.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });

  test("with --json prints one document with the same data, made plain", async () => {
    const id = proposeAudit("x\u001b[2J\u009b\u202e\u{E0041}\u2028y");
    const { stdout } = await world.run(["pending", "--json"]);
    expect(stdout.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
    expect(JSON.parse(stdout)).toMatchObject({ pending: [{ id, intent: "x[2Jy", kataVersion: "v2" }] });
  });
});

describe("realms show", () => {
  test("tells every version with why it cannot be installed", async () => {
    const id = proposeAudit();
    world.registry.setRealmEnabled(REALM, false);
    const { stdout, exitCode } = await world.run(["show", id]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("v2 (proposed, cannot be installed)");
    expect(stdout).toContain("v1 (cannot be installed)");
    expect(stdout).toContain("realm_disabled");
  });

  test("tells the newest version first, as numbers, in whatever order they were offered", async () => {
    for (const version of ["v2", "v10", "v9"]) world.publish(kata("finance.audit", version));
    const { id, offers = [] } = world.propose("finance.audit", "v9");
    world.registry.updateOffers(id, [...offers].reverse());
    const { stdout } = await world.run(["show", id]);
    expect(stdout.match(/^v\d+/gm)).toEqual(["v10", "v9", "v2"]);
  });

  test("tells that a version is deprecated and what to use instead", async () => {
    world.publish(kata("finance.audit"), {
      status: "deprecated",
      reason: "too slow",
      replacedBy: "acme:a.b@v2",
    });
    const { id } = world.propose("finance.audit", "v1");
    const { stdout } = await world.run(["show", id]);
    expect(stdout).toContain("v1 (proposed, deprecated)");
    expect(stdout.replace(/\s+/g, " ")).toContain("too slow. Use acme:a.b@v2 instead");
  });

  test("tells which required katas are installed already", async () => {
    world.publish(kata("notify.user"));
    await world.run(["approve", world.propose("notify.user", "v1").id, "--yes"]);
    world.publish(kata("finance.audit", "v1", ["notify.user@v1"]));
    const { id } = world.propose("finance.audit", "v1");
    expect((await world.run(["show", id])).stdout).toContain("acme:notify.user@v1 (is installed)");
  });

  test("tells how a decided request ended, with its receipt", async () => {
    const id = proposeAudit();
    await world.run(["approve", id, "--yes"]);
    const { stdout } = await world.run(["show", id]);
    expect(stdout).toContain("was approved and is installed");
    expect(stdout).toContain(world.registry.getReceipts()[0]?.id ?? "a receipt");
    expect(stdout).not.toContain("realms approve");
  });

  test("tells why an install failed", async () => {
    const id = proposeAudit();
    world.served.clear();
    await world.run(["approve", id, "--yes"]);
    const { stdout } = await world.run(["show", id]);
    expect(stdout).toContain("its install failed");
    expect(stdout).toContain("download_failed");
  });

  test("draws the phases of the version asked for, and marks what it changes of the installed one", async () => {
    const id = proposeAudit();
    for (const [hash, bytes] of world.served) world.registry.saveSource(hash, bytes);
    await world.run(["approve", id, "--yes", "--kata-version", "v1"]);
    const again = world.propose("finance.audit", "v2");
    const { stdout } = await world.run(["show", again.id]);
    expect(stdout).toContain("Phases of v2\n  go  run local.reasoning\n    │\n  complete\n");
    expect(stdout).toContain("Source of v2\n  | kata finance.audit v2\n");
    expect(stdout).toContain(
      "Changes against v1, which is installed\n  - kata finance.audit v1\n  + kata finance.audit v2\n",
    );
    const first = await world.run(["show", again.id, "--kata-version", "v1"]);
    expect(first.stdout).toContain("Source of v1\n  | kata finance.audit v1\n");
    expect(first.stdout).not.toContain("Changes against");
  });

  test("with --json prints the proposal, versions with full hashes, and receipts", async () => {
    const id = proposeAudit();
    world.served.clear();
    const shown = JSON.parse((await world.run(["show", id, "--json"])).stdout);
    expect(shown).toMatchObject({
      proposal: { id, state: { kind: "pending" } },
      versions: [{ version: "v2" }, { version: "v1" }],
      selected: { version: "v2", source: { kind: "unavailable", code: "download_failed" } },
      receipts: [],
    });
    expect(shown.versions[0].hashes.source).toHaveLength(64);
  });

  test("of an unknown id exits 1", async () => {
    const ran = await world.run(["show", "0000-1111", "--json"]);
    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: "unknown_kata" } });
    expect(JSON.parse((await world.run(["show", "No!", "--json"])).stdout)).toMatchObject({
      error: { code: "unknown_request" },
    });
  });
});

describe("realms receipts", () => {
  test("with none says so and what comes next", async () => {
    const ran = await world.run(["receipts"]);
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain("realms pending");
  });

  test("lists them, newest first", async () => {
    await world.run(["approve", proposeAudit(), "--yes"]);
    world.clock.at += 1000;
    await world.run(["approve", world.propose("finance.audit", "v1").id, "--yes"]);
    const { stdout } = await world.run(["receipts"]);
    expect(stdout).toContain("2 receipts, newest first.");
    expect(stdout.indexOf("finance.audit@v1")).toBeLessThan(stdout.indexOf("finance.audit@v2"));
  });

  test("with --json prints them whole", async () => {
    await world.run(["approve", proposeAudit(), "--yes"]);
    const { receipts } = JSON.parse((await world.run(["receipts", "--json"])).stdout);
    const [{ id, sourceHash, compiledHash, requestId, installedAt } = {}] = world.registry.getReceipts();
    expect(receipts).toMatchObject([
      { id, sourceHash, compiledHash, requestId, installedAt, installedBy: "mira", realm: { id: REALM } },
    ]);
    expect(receipts).toHaveLength(1);
  });
});

describe("realms status", () => {
  test("tells that Ronin answers, who may decide, and each realm's last sync", async () => {
    world.noteHost("confirmed");
    proposeAudit();
    world.registry.recordSyncSuccess(REALM, Date.UTC(2026, 10, 22, 6));
    const { stdout, exitCode } = await world.run(["status"], { findsHost: true });
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`answers on 127.0.0.1:${world.port}`);
    expect(stdout).toMatch(/Approvals +confirmed/);
    expect(stdout).toContain(`${world.keyPath} (ready)`);
    expect(stdout).toContain("1 request: realms pending");
    expect(stdout).toContain("\nacme (custom)\n");
    expect(stdout).toContain("1 kata in 2 versions");
    expect(stdout).toContain("2026-11-22T06:00:00.000Z");
  });

  test("tells how many approved installs have not ended", async () => {
    const id = proposeAudit();
    expect((await world.run(["status"])).stdout).not.toContain("Unfinished");
    world.registry.approveInstall(id, "mira");
    expect((await world.run(["status"])).stdout).toMatch(/Unfinished +1 install/);
    world.registry.failInstall(id, "download_failed", "no network");
    expect((await world.run(["status"])).stdout).not.toContain("Unfinished");
  });

  test("tells why a realm could not be synced", async () => {
    world.registry.recordSyncFailure(REALM, world.clock.at, "timeout", "The realm did not answer.");
    const { stdout } = await world.run(["status"]);
    expect(stdout).toContain("timeout: The realm did not answer.");
  });

  test("tells that nothing answers, and that the key is missing or open to others", async () => {
    chmodSync(world.keyPath, 0o640);
    expect((await world.run(["status"])).stdout).toContain("unusable");
    rmSync(world.keyPath);
    const unused = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    const free = String(unused.port);
    await unused.stop(true);
    const args = ["status", "--db", world.databasePath, "--port", free];
    const { stdout, exitCode } = await world.run(args, { findsHost: true });
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`does not answer on 127.0.0.1:${free}`);
    expect(stdout).toContain("missing");
  });

  test("with --json holds no API key nor the name of its variable", async () => {
    const { acme: _none, ...realm } = {
      acme: 0,
      id: "team",
      name: "Team",
      type: "custom" as const,
      enabled: true,
    };
    world.registry.registerRealm({ ...realm, url: "https://team.example", apiKey: "s3cret-key" });
    world.registry.registerRealm({ ...realm, id: "other", url: "https://o.example", apiKeyEnv: "TEAM_KEY" });
    const { stdout } = await world.run(["status", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      host: { isUp: true, port: world.port },
      approvalKey: { state: "ready" },
    });
    expect(stdout).not.toContain("s3cret-key");
    expect(stdout).not.toContain("TEAM_KEY");
  });
});

test("a database that the host is writing to is waited for", async () => {
  const host = new Database(world.databasePath);
  host.run("BEGIN EXCLUSIVE");
  const asked = world.run(["receipts"]);
  await Bun.sleep(30);
  host.run("COMMIT");
  host.close();
  expect(await asked).toMatchObject({ exitCode: 0, stderr: "" });
});

describe("a database that is not there", () => {
  test("is not created: exit 1 with what to do", async () => {
    const path = join(world.databasePath, "..", "elsewhere.db");
    const ran = await world.run(["pending", "--db", path], { findsHost: true });
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain(`There is no database at ${path}`);
    expect(ran.stderr).toContain("--db");
    expect(existsSync(path)).toBe(false);
  });

  test("with --json prints the code", async () => {
    const ran = await world.run(["pending", "--json", "--db", "elsewhere.db"], { findsHost: true });
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: "database_not_found" } });
  });

  test("since the file is something else exits 1 and leaves the file as it is", async () => {
    const path = join(world.databasePath, "..", "note.txt");
    await Bun.write(path, "a text that is no database, long enough to be looked at".repeat(100));
    const ran = await world.run(["pending", "--db", path], { findsHost: true });
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("cannot be read");
    expect(await Bun.file(path).text()).toStartWith("a text that is no database");
  });
});
