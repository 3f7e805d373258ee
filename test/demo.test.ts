import { Database } from "bun:sqlite";
import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dir, "..");
let home: string | undefined;
afterEach(() => {
  if (home !== undefined) rmSync(home, { recursive: true, force: true });
  home = undefined;
});

async function runDemo(...args: string[]) {
  const started = performance.now();
  const child = Bun.spawn([process.execPath, "run", "examples/demo/demo.ts", ...args], {
    cwd: root,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [exitCode, out, err] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  home = /Everything is in (\S+);/.exec(out)?.[1];
  return { exitCode, out, err, seconds: (performance.now() - started) / 1000 };
}

function rows<Row>(sql: string): Row[] {
  const database = new Database(join(home ?? "", "ronin.db"), { readonly: true });
  try {
    return database.query<Row, []>(sql).all();
  } finally {
    database.close();
  }
}

describe("the demo", () => {
  test("installs the newest compatible version with --yes and shows the receipt", async () => {
    const { exitCode, out } = await runDemo("--yes");
    expect(exitCode).toBe(0);
    expect(out).toContain('"I need to track all recurring subscriptions"');
    for (const version of ["v1", "v2", "v3"]) expect(out).toMatch(new RegExp(`^ +${version}  2026-`, "m"));
    expect(out).toContain("Upgrade Ronin to 2.0.0 or higher");
    expect(out).toContain("Read back from the database file by a new process");
    expect(out).toMatch(/Try next: npx bun dist\/bin\/realms\.js receipts/);

    const [receipt] = rows<{ id: string; checksum_verified: number; trust: string }>(
      "SELECT id, checksum_verified, trust FROM kata_install_receipts WHERE kata_name = 'finance.subscriptions' AND kata_version = 'v2'",
    );
    expect(receipt).toMatchObject({ checksum_verified: 1, trust: "pinned" });
    expect(out).toContain("signed, and pinned to the fingerprint");
    expect(out).toContain("examples (pinned)");
    expect(out).toContain(receipt?.id ?? "no receipt");
    expect(rows("SELECT 1 FROM kata_definitions WHERE name = 'finance.subscriptions'")).toHaveLength(1);
  }, 40_000);

  test("leaves no process behind", async () => {
    await runDemo("--yes");
    const listed = Bun.spawnSync(["ps", "-eo", "args"]).stdout.toString();
    expect(listed.split("\n").filter((line) => line.includes(home ?? "no home"))).toEqual([]);
  }, 40_000);

  test("installs nothing when one bit of the served kata differs", async () => {
    const { exitCode, out } = await runDemo("--tamper");
    expect(exitCode).toBe(1);
    expect(out).toContain("source_hash_mismatch");
    expect(rows("SELECT 1 FROM kata_definitions")).toEqual([]);
    expect(rows("SELECT 1 FROM kata_install_receipts")).toEqual([]);
    expect(rows("SELECT failure_code FROM kata_install_requests")).toEqual([
      { failure_code: "source_hash_mismatch" },
    ]);
  }, 40_000);

  test("says what to do where nobody can choose", async () => {
    const { exitCode, err, out } = await runDemo();
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
    expect(err).toContain("npm run demo -- --yes");
  });

  test("names its options when given another", async () => {
    const { exitCode, err } = await runDemo("--newest");
    expect(exitCode).toBe(2);
    expect(err).toContain("--yes");
    expect(err).toContain("--tamper");
  });

  test("stops at once on Ctrl-C and frees its ports", async () => {
    const child = Bun.spawn([process.execPath, "run", "examples/demo/demo.ts", "--yes"], {
      cwd: root,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    let printed = "";
    for await (const chunk of child.stdout) {
      printed += new TextDecoder().decode(chunk);
      if (/served at/.test(printed)) break;
    }
    child.kill("SIGINT");
    expect(await child.exited).toBe(130);
    const url = /served at (\S+)/.exec(printed)?.[1] ?? "";
    expect(fetch(url)).rejects.toThrow();
    const left = /pack in (\S+)\/\.ronin/.exec(printed)?.[1];
    if (left !== undefined && existsSync(left)) rmSync(left, { recursive: true });
  }, 20_000);
});
