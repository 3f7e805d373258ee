import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openRegistry } from "../../lib/registry/open.ts";
import { indexPathFor } from "../../lib/runtime/paths.ts";
import { SYNC_LEASE } from "../../lib/sync/lease.ts";
import type { Ran } from "../support/run-here.ts";
import { type BuiltCommand, buildCommand, type ProcessWorld, startProcessWorld } from "./process-world.ts";

// Each command is a process of its own, and a busy machine starts one in half a second.
setDefaultTimeout(60_000);

let command: BuiltCommand;
let world: ProcessWorld;

beforeAll(async () => {
  command = await buildCommand();
  world = await startProcessWorld(command);
});
afterAll(async () => {
  await world?.stop();
  command?.remove();
});

async function json(run: Promise<Ran>): Promise<{ exitCode: number; said: Record<string, unknown> }> {
  const { exitCode, stdout } = await run;
  return { exitCode, said: JSON.parse(stdout) };
}

/** In this order: each builds on what the ones before it did. */
describe("the built command beside a running host", () => {
  test("syncs every realm, says how each ended, and exits 0", async () => {
    const ran = await world.run("sync");
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toContain("  examples  7 katas in 10 versions\n");
    expect(ran.stdout).toEndWith("Synced 2 realms.\n");
    const { said, exitCode } = await json(world.run("sync", "examples", "--json"));
    expect(exitCode).toBe(0);
    expect(said).toMatchObject({ outcome: "synced", realms: [{ id: "examples", failure: null }] });
  });

  test("refuses to sync what there is not, or what is disabled", async () => {
    expect(await json(world.run("sync", "nowhere", "--json"))).toMatchObject({
      exitCode: 1,
      said: { error: { code: "unknown_realm" } },
    });
  });

  test("finds a kata, and says how to go on", async () => {
    const ran = await world.run("search", "recurring", "payments");
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toStartWith("1 kata.\n\nexamples:finance.subscriptions@v2\n");
    expect(ran.stdout).toContain("realms install examples:finance.subscriptions\n");
    const { said } = await json(world.run("search", "--complexity", "simple", "--tag", "desktop", "--json"));
    expect(said).toMatchObject({ results: [{ name: "notify.user" }], hasMore: false });
    const none = await world.run("search", "zebra");
    expect(none.exitCode).toBe(0);
    expect(none.stdout).toContain('No kata was found for "zebra".');
    expect(await json(world.run("search", "--realm", "No Realm", "--json"))).toMatchObject({
      exitCode: 1,
      said: { error: { code: "invalid_input" } },
    });
  });

  test("shows a kata by its short name, with phases and source", async () => {
    const ran = await world.run("show", "finance.subscriptions");
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout.match(/^v\d.*/gm)).toEqual(["v3 (cannot be installed)", "v2 (default)", "v1"]);
    expect(ran.stdout).toContain("  remind  spawn notify.user@v1\n    │\n  complete\n");
    expect(ran.stdout).toContain("  | kata finance.subscriptions v2\n");
    const one = await json(world.run("show", "examples:finance.subscriptions@v1", "--json"));
    expect(one.said).toMatchObject({ name: "finance.subscriptions", selected: { version: "v1" } });
    const none = await json(world.run("show", "finance.subscriptions@v9", "--json"));
    expect(none).toMatchObject({ exitCode: 1, said: { error: { code: "unknown_kata" } } });
  });

  test("does not install without having asked, and opens no request for it", async () => {
    const ran = await world.run("install", "finance.subscriptions@v1");
    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain("realms install finance.subscriptions@v1 --yes");
    expect((await json(world.run("pending", "--json"))).said).toEqual({ pending: [] });
  });

  test("installs the version that was named, with its receipt", async () => {
    const { exitCode, said } = await json(
      world.run("install", "finance.subscriptions@v1", "--yes", "--json"),
    );
    expect(exitCode).toBe(0);
    expect(said).toMatchObject({
      outcome: "installed",
      proposal: { kataName: "finance.subscriptions", kataVersion: "v1" },
      receipts: [{ qualifiedName: "examples:finance.subscriptions@v1", checksumVerified: true }],
    });
    expect((await json(world.run("receipts", "--json"))).said).toMatchObject({
      receipts: [{ qualifiedName: "examples:finance.subscriptions@v1" }],
    });
  });

  test("shows what another version changes of the installed one, still by the short name", async () => {
    await world.run("sync", "local");
    const { stdout } = await world.run("show", "finance.subscriptions@v2");
    expect(stdout).toContain("Changes against v1, which is installed\n");
    expect(stdout).toContain("\n  - kata finance.subscriptions v1\n");
    expect(stdout).toContain("\n  + kata finance.subscriptions v2\n");
  });

  test("opens a request that agent and person know by the same id, and rejects it", async () => {
    world.emit("capability.missing", { intent: "I want a daily digest of the news" });
    const { proposalId } = await world.seen("kata.install_proposed", (one) => one.kataName === "news.digest");
    const short = proposalId.slice(0, 8);
    expect((await json(world.run("show", short, "--json"))).said).toMatchObject({
      proposal: { id: proposalId, state: { kind: "pending" } },
      selected: { source: { kind: "text" }, compiled: "matches" },
    });
    expect((await world.run("show", short)).stdout).toContain(`realms approve ${short}\n`);
    expect(await json(world.run("reject", short, "--reason", "not now", "--json"))).toMatchObject({
      exitCode: 0,
      said: { outcome: "rejected", proposal: { state: { kind: "rejected", reason: "not now" } } },
    });
  });

  test("adds, disables, enables and removes a realm, and leaves the config's alone", async () => {
    const address = world.realm.url;
    const unasked = await world.run("realm", "add", "spare", address);
    expect(unasked).toMatchObject({ exitCode: 2, stdout: "" });
    expect(unasked.stderr).toContain("--fingerprint <sha256>");

    const pinned = await json(
      world.run("realm", "add", "spare", address, "--fingerprint", "ab".repeat(32), "--json"),
    );
    expect(pinned).toMatchObject({ exitCode: 1, said: { error: { code: "fingerprint_mismatch" } } });

    const added = await world.run("realm", "add", "spare", address, "--yes");
    expect(added).toMatchObject({ exitCode: 0, stderr: "" });
    expect(added.stdout).toContain("signed  no: whoever controls this address controls its katas");
    expect((await json(world.run("realm", "add", "spare", address, "--yes", "--json"))).said).toMatchObject({
      error: { code: "invalid_input" },
    });

    // It is the realm examples that answers there.
    const synced = await json(world.run("sync", "spare", "--json"));
    expect(synced).toMatchObject({
      exitCode: 1,
      said: { outcome: "failed", realms: [{ id: "spare", failure: { code: "wrong_realm" } }] },
    });

    expect((await world.run("realm", "disable", "spare")).exitCode).toBe(0);
    expect((await json(world.run("sync", "spare", "--json"))).said).toMatchObject({
      error: { code: "realm_disabled" },
    });
    expect((await json(world.run("realm", "enable", "spare", "--json"))).said).toEqual({
      outcome: "enable",
      id: "spare",
    });
    expect((await world.run("realm", "remove", "spare")).exitCode).toBe(2);
    expect((await world.run("realm", "remove", "spare", "--yes")).exitCode).toBe(0);
    const { said } = await json(world.run("realm", "list", "--json"));
    expect(said).toMatchObject({ realms: [{ id: "examples", origin: "config" }, { id: "local" }] });

    const configured = await json(world.run("realm", "remove", "examples", "--yes", "--json"));
    expect(configured).toMatchObject({ exitCode: 1, said: { error: { code: "invalid_transition" } } });
    const unknown = await world.run("realm", "enable", "spare");
    expect(unknown.exitCode).toBe(1);
    expect(unknown.stderr).toContain("There is: examples, local.");
  });

  test("forgets a realm's keys only when there is something to forget", async () => {
    expect((await world.run("realm", "reset", "examples")).exitCode).toBe(2);
    expect(await json(world.run("realm", "reset", "examples", "--yes", "--json"))).toMatchObject({
      exitCode: 0,
      said: { outcome: "reset", id: "examples" },
    });
    expect(await json(world.run("realm", "reset", "examples", "--yes", "--json"))).toMatchObject({
      exitCode: 1,
      said: { error: { code: "unknown_realm" } },
    });
    expect((await world.run("sync", "examples")).exitCode).toBe(0);
  });

  test("examines the host: a skill that an installed kata lost is found", async () => {
    const before = await json(world.run("doctor", "--json"));
    expect(codesOf(before.said)).not.toContain("skills_missing");
    const { tools } = world.host.api;
    const hasAll = tools.has.bind(tools);
    tools.has = (name) => name !== "local.reasoning" && hasAll(name);
    const after = await json(world.run("doctor", "--json"));
    tools.has = hasAll;
    expect(after.exitCode).toBe(1);
    expect(codesOf(after.said)).toContain("skills_missing");
    expect(JSON.stringify(after.said)).toContain(
      "finance.subscriptions@v1 is installed, and Ronin has no skill local.reasoning",
    );
  });

  test("is refused by a page that is not this user's, and says so", async () => {
    const path = join(world.home, "state/page.token");
    const token = await Bun.file(path).text();
    writeFileSync(path, "0".repeat(64));
    const ran = await world.run("search");
    writeFileSync(path, token);
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("does not take this user's token (401)");
  });
});

function codesOf(said: Record<string, unknown>): unknown[] {
  return (said.findings as Array<{ code: string }>).map(({ code }) => code);
}

describe("the built command while the host is down", () => {
  test("searches and shows from the host's files", async () => {
    expect((await json(world.runAlone("search", "subscriptions", "--json"))).said).toMatchObject({
      results: [{ name: "finance.subscriptions", realm: { id: "examples" } }, { realm: { id: "local" } }],
    });
    const shown = await world.runAlone("show", "finance.subscriptions@v1");
    expect(shown.exitCode).toBe(0);
    expect(shown.stdout).toContain("Phases of v1\n");
  });

  test("installs nothing, opens no request, and says that Ronin has to run", async () => {
    const before = (await json(world.run("pending", "--json"))).said;
    const ran = await world.runAlone("install", "news.digest", "--yes");
    expect(ran).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ran.stderr).toContain("Start Ronin with the pack, then try again");
    expect((await json(world.run("pending", "--json"))).said).toEqual(before);
  });

  test("syncs by itself", async () => {
    expect(await json(world.runAlone("sync", "examples", "--json"))).toMatchObject({
      exitCode: 0,
      said: { outcome: "synced" },
    });
  });

  test("syncs after the process that holds it up", async () => {
    const { registry, close } = openRegistry({
      recordsPath: world.databasePath,
      indexPath: indexPathFor(world.databasePath),
      readonlyIndex: true,
    });
    const before = registry.getSyncStatus("examples").lastSyncedAt ?? 0;
    expect(registry.acquireLease(SYNC_LEASE, "another process", 60_000)).toBe(true);
    const running = world.runAlone("sync", "examples");
    // So long that it must have asked by then.
    await Bun.sleep(1500);
    expect(registry.getSyncStatus("examples").lastSyncedAt).toBe(before);
    registry.releaseLease(SYNC_LEASE, "another process");
    expect((await running).exitCode).toBe(0);
    expect(registry.getSyncStatus("examples").lastSyncedAt).toBeGreaterThan(before);
    close();
  });

  test("finds that out with doctor, and a missing database too", async () => {
    const { exitCode, said } = await json(world.runAlone("doctor", "--json"));
    expect(exitCode).toBe(1);
    expect(codesOf(said)).toContain("host_down");
    const ran = await command.run(["search", "--db", "none.db", "--json"], { RONIN_REALMS_HOME: world.home });
    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: "database_not_found" } });
  });
});

describe("the built command", () => {
  test("completes commands, what is below them, options and fixed arguments in bash", async () => {
    const script = (await command.run(["completion", "bash"])).stdout;
    const complete = (...words: string[]): string[] => {
      const asked = `COMP_WORDS=(realms ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}`;
      const ran = Bun.spawnSync([
        "bash",
        "-c",
        `${script}\n${asked}; _realms; printf '%s\\n' "\${COMPREPLY[@]}"`,
      ]);
      expect(ran.stderr.toString()).toBe("");
      return ran.stdout.toString().trim().split("\n");
    };
    expect(complete("rea")).toEqual(["realm"]);
    expect(complete("realm", "")).toEqual(expect.arrayContaining(["list", "add", "disable", "remove"]));
    expect(complete("--json", "realm", "add", "--f")).toEqual(["--fingerprint"]);
    expect(complete("approve", "3853", "--k")).toEqual(["--kata-version"]);
    expect(complete("completion", "z")).toEqual(["zsh"]);
    // What takes no host offers none of its options.
    expect(complete("build", "--d")).toEqual([""]);
  });

  test("completes in zsh by the same script, through its bashcompinit", async () => {
    const [bash, zsh] = await Promise.all([
      command.run(["completion", "bash"]),
      command.run(["completion", "zsh"]),
    ]);
    expect(zsh.stdout).toBe(`autoload -U +X bashcompinit && bashcompinit\n${bash.stdout}`);
  });

  test("exits 2 for a shell that it does not know", async () => {
    const ran = await command.run(["completion", "tcsh"]);
    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain("bash, zsh");
  });

  test("never prints a colour where no terminal reads it", async () => {
    const ran = await world.run("show", "finance.subscriptions@v2");
    expect(ran.stdout).not.toContain("\u001b");
  });
});
