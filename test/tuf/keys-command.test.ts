import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Desk, openDesk } from "./desk.ts";
import { PASSPHRASE, readAll } from "./publisher.ts";

let desk: Desk;

beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk[Symbol.asyncDispose]());

async function codeOf(line: string): Promise<string> {
  const { exitCode, stdout } = await desk.run(`${line} --json`);
  return `${exitCode} ${JSON.parse(stdout).error?.code ?? "done"}`;
}

describe("the passphrase", () => {
  test("comes from the environment, else there is nobody to ask without a terminal", async () => {
    expect(await codeOf("keys create --realm acme")).toBe("0 done");
    delete desk.env.REALMS_KEY_PASSPHRASE;
    expect(await codeOf("keys backup keys.json --realm acme")).toBe("1 passphrase_missing");
  });

  test("is asked for twice when keys are new, and never shown", async () => {
    delete desk.env.REALMS_KEY_PASSPHRASE;
    const ran = await desk.run("keys create --realm acme", [
      { after: "A passphrase for the new keys", keys: `${PASSPHRASE}\r` },
      { after: "The same once more", keys: `${PASSPHRASE}\r` },
    ]);
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).not.toContain(PASSPHRASE);
    desk.env.REALMS_KEY_PASSPHRASE = PASSPHRASE;
    expect(await codeOf("keys backup keys.json --realm acme")).toBe("0 done");
  });

  test("that was mistyped once makes no keys", async () => {
    delete desk.env.REALMS_KEY_PASSPHRASE;
    const { exitCode } = await desk.run("keys create --realm acme", [
      { after: "A passphrase for the new keys", keys: `${PASSPHRASE}\r` },
      { after: "The same once more", keys: "something else\r" },
    ]);
    expect(exitCode).toBe(2);
    expect(existsSync(desk.keys)).toBe(false);
  });

  test("that nobody gives, because they pressed Ctrl-C, ends the command", async () => {
    delete desk.env.REALMS_KEY_PASSPHRASE;
    const { exitCode } = await desk.run("keys create --realm acme", [
      { after: "A passphrase for the new keys", keys: "\x03" },
    ]);
    expect(exitCode).toBe(130);
    expect(existsSync(desk.keys)).toBe(false);
  });
});

describe("the command", () => {
  test.each([
    ["keys create", "2 usage"],
    ["keys create --realm Acme", "2 usage"],
    ["keys create --realm acme --root-days 0", "2 usage"],
    ["keys rotate targets --realm acme", "2 usage"],
    ["keys rotate root", "2 usage"],
    ["keys backup keys.json", "2 usage"],
    ["sign", "2 usage"],
    ["sign --out site --expires-days 90d", "2 usage"],
    ["sign --out site --now yesterday", "2 usage"],
    ["keys rotate root --realm acme", "1 keys_missing"],
    ["keys restore keys.json", "1 keys_missing"],
    ["sign --out site", "1 not_published"],
  ])("%s is answered with %s", async (line, expected) => {
    expect(await codeOf(line)).toBe(expected);
  });

  test("with --keys works on another folder", async () => {
    expect(await codeOf("keys create --realm acme --keys elsewhere")).toBe("0 done");
    expect([...readAll(join(desk.cwd, "elsewhere")).keys()]).toContain("online.key.json");
    expect(existsSync(desk.keys)).toBe(false);
  });

  test("prints nothing but what everybody may know", async () => {
    const { stdout } = await desk.run("keys create --realm acme --json");
    expect(Object.keys(JSON.parse(stdout)).sort()).toEqual([
      "fingerprint",
      "folder",
      "onlineKeyId",
      "realm",
      "rootExpiresAt",
      "rootKeyId",
      "rootVersion",
    ]);
  });

  test("signs the same bytes at the same --now, wherever the clock is", async () => {
    await desk.run("keys create --realm acme");
    await desk.run("build katas --out site --realm acme --now 2026-11-22T06:00:00Z");
    await desk.run("sign --out site --now 2026-11-22T06:00:00Z");
    const once = readFileSync(join(desk.cwd, "site/metadata/timestamp.json"), "utf8");
    desk.clock.at += 1_000_000;
    await desk.run("build katas --out again --realm acme --now 2026-11-22T06:00:00Z");
    await desk.run("sign --out again --now 2026-11-22T06:00:00Z");
    expect(readFileSync(join(desk.cwd, "again/metadata/timestamp.json"), "utf8")).toBe(once);
  });

  test("keeps its help within 80 columns", async () => {
    for (const line of [
      "sign --help",
      "keys --help",
      "keys create --help",
      "keys revoke --help",
      "trust --help",
    ]) {
      const { exitCode, stdout } = await desk.run(line);
      expect({ line, exitCode }).toEqual({ line, exitCode: 0 });
      expect(Math.max(...stdout.split("\n").map((text) => text.length))).toBeLessThanOrEqual(80);
    }
  });
});
