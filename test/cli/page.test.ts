import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, rmSync } from "node:fs";
import { readOrCreatePageToken } from "../../lib/runtime/page-token.ts";
import { pageTokenPath } from "../../lib/runtime/paths.ts";
import { type CommandWorld, startCommandWorld } from "./command-world.ts";

let world: CommandWorld;
beforeEach(async () => {
  world = await startCommandWorld();
});
afterEach(() => world.stop());

describe("realms page", () => {
  test("prints the link that opens the running host's page", async () => {
    const token = readOrCreatePageToken(pageTokenPath(world.env));
    const { exitCode, stdout } = await world.run(["page"]);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: `http://127.0.0.1:${world.port}/dojo?token=${token}\n`,
    });
  });

  test("makes no token of its own", async () => {
    rmSync(pageTokenPath(world.env));
    const { exitCode, stderr } = await world.run(["page"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("There is no token");
  });

  test("prints no token that others can read", async () => {
    const path = pageTokenPath(world.env);
    const token = readOrCreatePageToken(path);
    chmodSync(path, 0o644);
    const { exitCode, stdout, stderr } = await world.run(["page"]);
    expect(exitCode).toBe(1);
    expect(stdout + stderr).not.toContain(token);
  });
});
