import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { RealmError } from "../../lib/errors.ts";
import { summarizeKeys } from "../../lib/publish/keys.ts";
import { readUserName } from "../../lib/runtime/user-name.ts";
import { type CommandWorld, startCommandWorld } from "../cli/command-world.ts";
import { REALM } from "../support/install-world.ts";
import { codeOfAsync } from "../support/throws.ts";
import { type Desk, openDesk } from "./desk.ts";
import { DAY_MS, readAll } from "./publisher.ts";

/*
 * docs/signing.md, walked from its first command to its last: on one desk, with one realm and one reader who was there
 * all along. What goes wrong before a section, and what must be right after it, stands here under its heading.
 */

const page = readFileSync(join(import.meta.dir, "../../docs/signing.md"), "utf8");
const sections = page
  .split(/^## /m)
  .slice(1)
  .map((text) => ({ title: text.split("\n", 1)[0] ?? "", commands: commandsIn(text) }))
  .filter(({ commands }) => commands.length > 0);

const FOLLOWING = "If you follow a realm";

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());

const refused = () => codeOfAsync(() => desk.reader.read(), RealmError);

const before: Record<string, () => Promise<void> | void> = {
  "Make the keys": () => {},
  Publish: () => {},
  "Every week": () => {
    desk.clock.at += 7 * DAY_MS;
  },
  "Replace a key whose time has come": () => {
    desk.clock.at += 300 * DAY_MS;
  },
  "The online key leaked": () => cpSync(desk.keys, join(desk.cwd, "thief"), { recursive: true }),
  "A key is lost": () => rmSync(desk.keys, { recursive: true }),
  "The root key leaked": () => {},
  "The root key is lost, or its passphrase": () => rmSync(desk.keys, { recursive: true }),
  "The signatures have expired": async () => {
    desk.clock.at += 91 * DAY_MS;
    expect(await refused()).toBe("metadata_expired");
  },
  "The root has expired": async () => {
    desk.clock.at += 400 * DAY_MS;
    expect(await refused()).toBe("metadata_expired");
    const ran = await desk.run("sign --out site --keys new-keys --json");
    expect(JSON.parse(ran.stdout)).toHaveProperty("error.code", "root_expired");
  },
};

const after: Record<string, (outputs: string[]) => Promise<void> | void> = {
  "Make the keys": () => {
    expect(existsSync(join(desk.cwd, "acme-keys.json"))).toBe(true);
  },
  Publish: async () => {
    const { root, seq } = await desk.reader.read();
    expect({ root, seq }).toEqual({ root: summarizeKeys(desk.keys).fingerprint, seq: 1 });
  },
  "Every week": async ([signed = ""]) => {
    expect(signed).toContain("Nothing to sign");
    expect((await desk.reader.read()).versions.timestamp).toBe(1);
  },
  "Replace a key whose time has come": async () => {
    expect((await desk.reader.read()).versions).toMatchObject({ root: 3, timestamp: 2 });
  },
  "The online key leaked": async () => {
    await desk.reader.read();
    const thief = await desk.run("sign --out site --keys thief --expires-days 300 --json");
    rmSync(join(desk.cwd, "thief"), { recursive: true });
    expect(JSON.parse(thief.stdout)).toHaveProperty("error.code", "key_not_in_root");
  },
  "A key is lost": async () => {
    expect((await desk.reader.read()).root).toBe(summarizeKeys(desk.keys).fingerprint);
  },
  "The root key leaked": async () => {
    expect((await desk.reader.read()).versions.root).toBe(6);
  },
  "The root key is lost, or its passphrase": async () => {
    expect(await refused()).toBe("signature_invalid");
    desk.reader.pinned = summarizeKeys(join(desk.cwd, "new-keys")).fingerprint;
    expect((await desk.reader.read()).trust).toBe("pinned");
  },
  "The signatures have expired": async () => {
    expect((await desk.reader.read()).seq).toBe(1);
  },
  "The root has expired": async () => {
    expect((await desk.reader.read()).versions.root).toBe(2);
  },
};

describe("docs/signing.md", () => {
  test("has a walk for each of its sections, and no other", () => {
    const titles = sections.map(({ title }) => title).filter((title) => title !== FOLLOWING);
    expect(Object.keys(before)).toEqual(titles);
    expect(Object.keys(after)).toEqual(titles);
  });

  for (const { title, commands } of sections.filter((section) => section.title !== FOLLOWING)) {
    test(`${title}: ${commands.length} commands`, async () => {
      await before[title]?.();
      const outputs: string[] = [];
      for (const command of commands) {
        const { exitCode, stdout, stderr } = await desk.run(command);
        expect({ command, exitCode, stderr }).toEqual({ command, exitCode: 0, stderr: "" });
        outputs.push(stdout);
      }
      await after[title]?.(outputs);
    });
  }

  test("leaves the passphrase and the private keys in no file and in no output", () => {
    for (const [path, text] of readAll(desk.cwd)) {
      expect({ path, hasPassphrase: text.includes(desk.env.REALMS_KEY_PASSPHRASE ?? "") }).toEqual({
        path,
        hasPassphrase: false,
      });
      expect(text).not.toContain("PRIVATE KEY");
    }
  });
});

describe(`docs/signing.md, ${FOLLOWING}`, () => {
  let world: CommandWorld;

  beforeAll(async () => {
    world = await startCommandWorld();
    world.registry.recordRealmTrust(REALM, {
      trust: "first-use",
      root: "a".repeat(64),
      currentRoot: "a".repeat(64),
      versions: { root: 1, timestamp: 1, snapshot: 1, targets: 1 },
      keys: { timestamp: "b".repeat(64), snapshot: "b".repeat(64) },
      seq: 4,
      expiresAt: world.clock.at - 1,
    });
  });
  afterAll(() => world.stop());

  const commands = sections.find(({ title }) => title === FOLLOWING)?.commands ?? [];

  test("shows the level and the fingerprint", async () => {
    const { exitCode, stdout } = await world.run(words(commands[0]));
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/trust +stale/);
    expect(stdout).toContain("a".repeat(64));
  });

  test("asks before it forgets anything", async () => {
    const { exitCode } = await world.run(words(commands[1]));
    expect(exitCode).toBe(2);
    expect(world.registry.findRealmTrust(REALM)).toBeDefined();
  });

  test("forgets it, with a name", async () => {
    const reset = await world.run([...words(commands[1]), "--yes"]);
    expect(reset.exitCode).toBe(0);
    expect(world.registry.findRealmTrust(REALM)).toBeUndefined();
    expect(world.registry.getTrustResets(REALM)).toMatchObject([
      { by: readUserName(), root: "a".repeat(64), seq: 4 },
    ]);
  });

  test("knows no other realm", async () => {
    const { exitCode, stdout } = await world.run(["trust", "other", "--json"]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toHaveProperty("error.code", "unknown_realm");
  });

  test("shows every realm, as JSON too", async () => {
    const { stdout } = await world.run(["trust", "--json"]);
    expect(JSON.parse(stdout).realms.map(({ id }: { id: string }) => id)).toEqual([REALM, "local"]);
  });
});

function commandsIn(text: string): string[] {
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = ""]) =>
    block
      .trim()
      .split("\n")
      .map((line) => line.replace(/^realms /, "")),
  );
}

function words(command: string | undefined): string[] {
  return (command ?? "").split(" ");
}
