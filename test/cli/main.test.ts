import { afterEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { kata } from "../support/install-world.ts";
import { type CommandWorld, type Ran, startCommandWorld } from "./command-world.ts";

const entry = join(import.meta.dir, "../../lib/cli/main.ts");
let world: CommandWorld | undefined;

afterEach(async () => {
  await world?.stop();
  world = undefined;
});

async function runProcess(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const child = Bun.spawn([process.execPath, entry, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { exitCode, stdout, stderr };
}

describe("the realms process", () => {
  test("prints every command with --help and exits 0, within 80 columns", async () => {
    const ran = await runProcess(["--help"]);
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    for (const command of [
      ...[
        "search",
        "show",
        "install",
        "pending",
        "approve",
        "reject",
        "receipts",
        "status",
        "verify",
        "page",
      ],
      ...["sync", "realm", "trust", "doctor", "drop-in", "completion"],
    ]) {
      expect(ran.stdout).toMatch(new RegExp(`^  ${command}\\b`, "m"));
    }
    expect(Math.max(...ran.stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("exits 2 for an option that there is not, and says where the help is", async () => {
    const ran = await runProcess(["pending", "--verbose"]);
    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain("--verbose");
    expect(ran.stderr).toContain("realms --help");
  });

  test("approves what waits as this user, straight to the host on this machine although a proxy is set", async () => {
    world = await startCommandWorld();
    world.clock.at = Date.now();
    world.publish(kata("finance.audit"));
    const { id } = world.propose("finance.audit", "v1");
    const deadProxy = "http://127.0.0.1:9";
    const host = ["--db", world.databasePath, "--port", String(world.port)];
    const ran = await runProcess(["approve", id, "--yes", ...host], {
      ...world.env,
      HTTP_PROXY: deadProxy,
      http_proxy: deadProxy,
    });
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toContain("Installed acme:finance.audit@v1.");
    const account = Bun.spawnSync(["id", "-un"]).stdout.toString().trim();
    expect(world.registry.getReceipts()[0]?.installedBy).toBe(account);
  });
});

describe("the command line", () => {
  test.each([
    { args: [], says: "Usage: realms" },
    { args: ["aprove"], says: "approve" },
    { args: ["show"], says: "what" },
    { args: ["pending", "--port", "0"], says: "1 to 65535" },
    { args: ["pending", "now"], says: "argument" },
  ])("exits 2 for $args", async ({ args, says }) => {
    world = await startCommandWorld();
    const ran = await world.run(args, { findsHost: true });
    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain(says);
  });

  test("prints misuse as a document with --json", async () => {
    world = await startCommandWorld();
    const ran = await world.run(["pending", "--json", "--verbose"]);
    expect(ran.exitCode).toBe(2);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: "usage" } });
  });

  test("prints the package's version and exits 0", async () => {
    world = await startCommandWorld();
    expect(await world.run(["--version"])).toEqual({
      exitCode: 0,
      stdout: `${manifest.version}\n`,
      stderr: "",
    });
  });
});
