import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KataLock } from "../../lib/model/lock.ts";
import { serveFolder } from "../../lib/publish/serve-folder.ts";
import { kata, makeRealmFolder, type RealmFolder } from "../publish/realm-folder.ts";
import { makeRonins, type Ronin, type Ronins } from "./ronins.ts";

// Two hosts and each command are processes of their own, on a machine that may be busy.
setDefaultTimeout(60_000);

const CREATED =
  "kata clock.tokyo v1\nrequires skill local.reasoning\ninitial a\nphase a\n  run skill local.reasoning\n  complete\n";
const reasoning = (name: string, body = "  run skill local.reasoning\n  complete\n") =>
  kata(name, "v1", "", body).replace("a.b", "local.reasoning");

let ronins: Ronins;
let realm: RealmFolder;
let server: ReturnType<typeof serveFolder>;
/** The one that the other is to be like. */
let one: Ronin;
let other: Ronin;
let fingerprint: string;

beforeAll(async () => {
  ronins = await makeRonins();
  realm = makeRealmFolder();
  realm.put("base.kata", reasoning("acme.base"));
  realm.put("single.kata", reasoning("acme.single"));
  realm.put("top.kata", reasoning("acme.top", "  spawn kata acme.base v1 -> done\n  complete\n"));
  await realm.build({ now: Date.now() });
  server = serveFolder({ folder: realm.site, port: 0 });
  one = await ronins.start();
  other = await ronins.start();
  ({ fingerprint } = (await one.json("keys", "create", "--realm", "acme")) as { fingerprint: string });
  await one.json("sign", "--out", realm.site);
  await follow(one);
  await one.json("install", "acme.top@v1", "--yes");
  await one.json("install", "acme.single@v1", "--yes");
});
afterAll(async () => {
  await server?.stop();
  realm?.[Symbol.dispose]();
  await ronins?.[Symbol.asyncDispose]();
});

async function follow(ronin: Ronin): Promise<void> {
  await ronin.json("realm", "add", "acme", server.url, "--fingerprint", fingerprint);
  await ronin.json("sync", "acme");
}

/** A copy of the lock beside the other Ronin, with something else in it. */
function changed(change: (lock: KataLock) => void): string {
  const lock: KataLock = JSON.parse(readFileSync(join(one.home, "ronin.lock.json"), "utf8"));
  change(lock);
  const path = join(other.home, "changed.json");
  writeFileSync(path, JSON.stringify(lock));
  return path;
}

async function from(
  path: string,
  ...args: string[]
): Promise<{ exitCode: number; said: Record<string, unknown> }> {
  const { exitCode, stdout } = await other.run("install", "--from", path, "--json", ...args);
  return { exitCode, said: JSON.parse(stdout) };
}

const outcomes = ({ said }: { said: Record<string, unknown> }) =>
  (said.katas as Array<{ kata: string; outcome: string; problem: { code: string } | null }>).map(
    ({ kata, outcome, problem }) => [kata, problem === null ? outcome : `${outcome} ${problem.code}`],
  );

/** In this order: each builds on what the ones before it did. */
describe("realms lock", () => {
  test("writes what is installed, with where it came from and its hashes, in one order", async () => {
    expect(await one.json("lock", "--out", "ronin.lock.json")).toMatchObject({
      outcome: "written",
      katas: 3,
    });
    const lock = JSON.parse(readFileSync(join(one.home, "ronin.lock.json"), "utf8"));
    expect(lock).toEqual({
      format: 1,
      realms: [{ id: "acme", url: server.url, root: fingerprint }],
      katas: ["acme.base", "acme.single", "acme.top"].map((name) => ({
        realm: "acme",
        name,
        version: "v1",
        sourceHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        compiledHash: realm.rows().find((row) => row.name === name)?.compiledHash,
      })),
    });
  });

  test("writes nothing when nothing changed, prints the same without --out, and the same while Ronin is down", async () => {
    expect(await one.json("lock", "--out", "ronin.lock.json")).toMatchObject({ outcome: "unchanged" });
    const printed = await one.run("lock");
    expect(printed).toMatchObject({ exitCode: 0, stderr: "" });
    expect(printed.stdout).toBe(readFileSync(join(one.home, "ronin.lock.json"), "utf8"));
    expect((await one.run("lock", "--port", "9")).stdout).toBe(printed.stdout);
  });
});

describe("realms install --from", () => {
  const lock = (): string => join(one.home, "ronin.lock.json");
  const installed = () =>
    other.rows("SELECT kata_name, trust FROM kata_install_receipts ORDER BY installed_at, rowid");

  test("names a realm that is not followed, and the command that follows it, pinned", async () => {
    const ran = await from(lock(), "--yes");
    expect(ran.exitCode).toBe(1);
    expect(outcomes(ran)).toEqual([
      ["acme:acme.base@v1", "refused unknown_realm"],
      ["acme:acme.single@v1", "refused unknown_realm"],
      ["acme:acme.top@v1", "refused unknown_realm"],
    ]);
    expect(ran.said).toMatchObject({
      outcome: "incomplete",
      katas: [{ fix: `realms realm add acme ${server.url} --fingerprint ${fingerprint}` }, {}, {}],
    });
    expect(await installed()).toEqual([]);
  });

  test("shows all and installs nothing where nobody says yes", async () => {
    await follow(other);
    const ran = await other.run("install", "--from", lock());
    expect(ran.exitCode).toBe(2);
    expect(ran.stdout).toStartWith("3 katas: 3 to install, 0 here already, 0 that cannot be installed.\n");
    expect(ran.stdout).toContain(`acme:acme.single@v1\n  from    ${server.url} (pinned)\n`);
    expect(ran.stdout).toContain("  skills  local.reasoning\n");
    expect(await installed()).toEqual([]);
  });

  test("says that Ronin has to run where there is something to install", async () => {
    expect(await from(lock(), "--yes", "--port", "9")).toMatchObject({
      exitCode: 1,
      said: { error: { code: "host_unreachable" } },
    });
    expect(await installed()).toEqual([]);
  });

  test("refuses what its realm offers as other bytes, and what needs that; the rest goes on", async () => {
    const path = changed(({ katas: [base] }) => {
      if (base !== undefined) base.sourceHash = "0".repeat(64);
    });
    const ran = await from(path, "--yes");
    expect(ran.exitCode).toBe(1);
    expect(outcomes(ran)).toEqual([
      ["acme:acme.base@v1", "refused source_hash_mismatch"],
      ["acme:acme.single@v1", "installed"],
      ["acme:acme.top@v1", "refused missing_kata"],
    ]);
    expect(await installed()).toEqual([{ kata_name: "acme.single", trust: "pinned" }]);
  });

  test.each<[string, string, (lock: KataLock) => void]>([
    [
      "another graph",
      "compiled_hash_mismatch",
      ({ katas }) => set(katas[2], { compiledHash: "0".repeat(64) }),
    ],
    [
      "a version that its realm does not have",
      "unknown_kata",
      ({ katas }) => set(katas[2], { version: "v7" }),
    ],
    ["a realm under another root", "root_mismatch", ({ realms }) => set(realms[0], { root: "0".repeat(64) })],
    ["other bytes than are here", "registered_with_other_bytes", useOtherBytes],
    ["a kata that was created on the other Ronin", "unknown_realm", useCreated],
    ["a kata that needs one that it does not list", "missing_kata", ({ katas }) => void katas.splice(0, 2)],
  ])("refuses %s", async (_what, code, change) => {
    const path = changed((lock) => {
      change(lock);
      lock.katas.splice(0, lock.katas.length - 1);
    });
    const ran = await from(path, "--yes");
    expect(ran.exitCode).toBe(1);
    expect(outcomes(ran).map(([, outcome]) => outcome)).toEqual([`refused ${code}`]);
    expect(await installed()).toHaveLength(1);
  });

  test("installs what is missing as the lock has it, each with its own receipt, needed ones first", async () => {
    const ran = await other.run("install", "--from", lock(), "--yes");
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toContain("3 katas: 2 to install, 1 here already, 0 that cannot be installed.\n");
    expect(ran.stdout).toEndWith(
      "Installed acme:acme.base@v1.\nInstalled acme:acme.top@v1.\n\nInstalled 2 of 2 katas.\n",
    );
    expect(await installed()).toEqual(
      ["acme.single", "acme.base", "acme.top"].map((kata_name) => ({ kata_name, trust: "pinned" })),
    );
    expect((await other.run("lock")).stdout).toBe(readFileSync(lock(), "utf8"));
  });

  test("does nothing the second time and says so, also while Ronin is down", async () => {
    for (const where of [[], ["--port", "9"]]) {
      const ran = await other.run("install", "--from", lock(), ...where);
      expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
      expect(ran.stdout).toEndWith("Nothing to do: this Ronin has all of them.\n");
    }
    expect(await installed()).toHaveLength(3);
  });

  test.each([
    ["a file that there is not", "none.json"],
    ["no JSON", "text.json"],
    ["another format", "format.json"],
    ["a lock that lists a kata twice", "twice.json"],
    ["a kata of a realm that it does not list", "stray.json"],
  ])("refuses %s", async (_what, file) => {
    const entry = {
      realm: "acme",
      name: "a.b",
      version: "v1",
      sourceHash: "0".repeat(64),
      compiledHash: "0".repeat(64),
    };
    const realms = [{ id: "acme" }];
    const files: Record<string, string> = {
      "text.json": "{",
      "format.json": JSON.stringify({ format: 2, realms: [], katas: [] }),
      "twice.json": JSON.stringify({ format: 1, realms, katas: [entry, entry] }),
      "stray.json": JSON.stringify({ format: 1, realms: [], katas: [entry] }),
    };
    const text = files[file];
    if (text !== undefined) writeFileSync(join(other.home, file), text);
    expect(await from(file)).toMatchObject({ exitCode: 1, said: { error: { code: "lock_unreadable" } } });
  });

  test.each([
    ["a kata and a lock", ["acme.top", "--from", "ronin.lock.json"]],
    ["neither", []],
    ["a name that the page would not sign with", ["--from", "ronin.lock.json", "--as", "jo"]],
  ])("is wrong usage with %s", async (_what, args) => {
    expect((await other.run("install", ...args, "--yes")).exitCode).toBe(2);
  });
});

function set<Value extends object>(value: Value | undefined, change: Partial<Value>): void {
  Object.assign(value ?? {}, change);
}

/** The one that is installed by then, under another hash. */
function useOtherBytes({ katas }: KataLock): void {
  const [, single] = katas;
  if (single !== undefined) katas.push({ ...single, sourceHash: "0".repeat(64) });
}

function useCreated({ realms, katas }: KataLock): void {
  realms.push({ id: "local" });
  const hash = new Bun.CryptoHasher("sha256").update(CREATED).digest("hex");
  katas.push({ realm: "local", name: "clock.tokyo", version: "v1", sourceHash: hash, compiledHash: hash });
}
