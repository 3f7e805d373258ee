import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RealmError } from "../../lib/errors.ts";
import { readOrCreateApprovalKey } from "../../lib/runtime/approval-key.ts";
import { startInstallWorld } from "../support/install-world.ts";
import { type PackWorld, startPackWorld } from "../support/pack-world.ts";
import { planted, refuseSecrets } from "../support/planted.ts";
import { codeOf } from "../support/throws.ts";

const [[what, secret] = ["", ""]] = Object.entries(planted);

async function endOf(world: { stop(): Promise<void> }): Promise<string> {
  return await world.stop().then(
    () => "well",
    (error: unknown) => String(error),
  );
}

function writeRow({ databasePath }: PackWorld): void {
  const database = new Database(databasePath);
  database.run("CREATE TABLE kept (text TEXT)");
  database.run("INSERT INTO kept VALUES (?)", [secret]);
  database.close();
}

describe("a world of this suite", () => {
  test.each<[string, (world: PackWorld) => unknown]>([
    ["the console", () => console.warn(`[realms] ${secret}`)],
    ["an event", ({ host }) => host.api.events.emit("realm.synced", { secret }, "realms")],
    ["ronin.db", writeRow],
    ["the host's log", ({ host }) => host.logs.push({ level: "warn", message: "x", detail: { secret } })],
    [
      "what a tool answered",
      async ({ host: { api } }) => {
        api.plugins.register("leaky", { tell: async () => ({ secret }) });
        await api.plugins.call("leaky", "tell");
      },
    ],
  ])("does not stop well with a planted secret in %s", async (place, leak) => {
    const world = await startPackWorld({ isServed: false });
    await leak(world);
    const end = await endOf(world);
    expect(end).toContain(`${what} is in`);
    expect(end).toContain(place);
    expect(existsSync(world.home)).toBe(false);
  });

  test.each(["latin1", "hex", "base64"] as const)(
    "does not stop well with its approval key in a file as %s",
    async (form) => {
      const world = await startInstallWorld();
      const home = join(world.databasePath, "..");
      const path = join(home, "approval.key");
      const key = Buffer.from(readOrCreateApprovalKey(path));
      expect(readFileSync(path)).toEqual(key);
      writeFileSync(join(home, "left"), key.toString(form), "latin1");
      expect(await endOf(world)).toContain("approval.key is in");
    },
  );

  test("stops well with the secrets where they were put", async () => {
    expect(await endOf(await startPackWorld())).toBe("well");
  });
});

test("an error that says a secret, in its cause too, fails the test that met it", () => {
  const act = (): never => {
    throw new RealmError("network", "no answer", { cause: new Error(`Bearer ${secret}`) });
  };
  expect(() => codeOf(act)).toThrow("A secret got out");
});

test("each planted secret is found, and the message does not say it", () => {
  for (const [name, text] of Object.entries(planted)) {
    expect(() => refuseSecrets("x", `…${text}…`)).toThrow(`${name} is in x`);
    expect(() => refuseSecrets("x", `…${text}…`)).not.toThrow(text);
  }
});
