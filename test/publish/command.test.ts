import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { runRealms } from "../../lib/cli/run.ts";
import type { Surroundings } from "../../lib/cli/surroundings.ts";
import { kata, makeRealmFolder, type RealmFolder, START } from "./realm-folder.ts";

let folder: RealmFolder;
let clock: { at: number; stepMs: number };
beforeEach(() => {
  folder = makeRealmFolder();
  clock = { at: START, stepMs: 0 };
});
afterEach(() => folder[Symbol.dispose]());

interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs `realms` in the folder, as a person or a script would. */
async function run(args: string, options: Partial<Surroundings> = {}): Promise<Ran> {
  const out = collect();
  const err = collect();
  const exitCode = await runRealms(args.match(/"[^"]*"|\S+/g)?.map((arg) => arg.replaceAll('"', "")) ?? [], {
    env: {},
    cwd: folder.path,
    clock: {
      now() {
        clock.at += clock.stepMs;
        return clock.at;
      },
    },
    stdin: new PassThrough(),
    stdout: out.stream,
    stderr: err.stream,
    isTTY: false,
    userName: () => "mira",
    wait: async () => {},
    signal: new AbortController().signal,
    ...options,
  });
  return { exitCode, stdout: out.text(), stderr: err.text() };
}

function collect() {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { stream, text: () => text };
}

describe("realms build", () => {
  test("says what it published, and the next time that nothing changed", async () => {
    folder.put("one.kata", kata("acme.one", "v1"));
    const first = await run('build katas --out site --realm acme --name "Acme katas"');
    expect(first).toMatchObject({ exitCode: 0, stderr: "" });
    expect(first.stdout).toStartWith("Published acme, publish 1: 1 version.\n");
    expect(first.stdout).toContain("acme.one@v1");
    const second = await run("build katas --out site");
    expect(second.stdout).toBe(
      "Nothing changed, and nothing was written: acme stays at publish 1 of 2026-01-01T00:00:00.000Z.\n",
    );
  });

  test("prints one document for scripts", async () => {
    folder.put("one.kata", kata("acme.one", "v1"));
    const { stdout } = await run(
      "build katas --out site --realm acme --now 2026-11-22T07:00:00+01:00 --json",
    );
    expect(JSON.parse(stdout)).toEqual({
      outcome: "published",
      realm: "acme",
      seq: 1,
      issued: "2026-11-22T06:00:00.000Z",
      rows: 1,
      state: folder.pointer().state,
      compiledWith: "1.1.1",
      added: ["acme.one@v1"],
      withoutFile: [],
      written: expect.arrayContaining(["realm.json"]),
      removed: [],
    });
  });

  test("names every file that it refuses, with what was found and expected, and exits 1", async () => {
    folder.put("one.kata", kata("Acme", "v1"));
    folder.put("two.kata", kata("acme.two", "v1", "# tag: x\n"));
    const ran = await run("build katas --out site --realm acme");
    expect(ran).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ran.stderr).toStartWith("realms: nothing was published: 2 problems.\n");
    expect(ran.stderr).toMatch(/ {2}one\.kata \(name_refused\)\n {4}found +.*\n {4}expected +/);
    expect(ran.stderr).toMatch(/ {2}two\.kata \(front_matter\)\n {4}found +line 1/);
    expect(existsSync(folder.site)).toBe(false);
    const { error } = JSON.parse((await run("build katas --out site --realm acme --json")).stdout);
    expect(error).toMatchObject({
      code: "name_refused",
      problems: [{ file: "one.kata" }, { file: "two.kata", code: "front_matter" }],
    });
  });

  test("never lets a kata's text move the cursor", async () => {
    folder.put("one.kata", "kata \u001b[2Jx v1\n");
    const ran = await run("build katas --out site --realm acme");
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).not.toContain("\u001b");
  });

  test("says how a version ends whose file is gone", async () => {
    folder.put("one.kata", kata("acme.one", "v1"));
    folder.put("two.kata", kata("acme.two", "v1"));
    await run("build katas --out site --realm acme");
    await Bun.file(join(folder.katas, "one.kata")).delete();
    const { stdout } = await run("build katas --out site");
    expect(stdout).toContain('realms withdraw acme.one@v1 --out site --reason "…"');
  });

  test.each([
    ["build katas", "--out"],
    ["build katas --out site --realm acme --now yesterday", "--now"],
    ["withdraw acme.one@v1 --out site", "--reason"],
    ["deprecate --out site --reason x", "kata"],
    ["check", "place"],
    ["serve", "folder"],
  ])("exits 2 for: realms %s", async (args, says) => {
    const ran = await run(args);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(says);
  });

  test("says that there is no such folder of katas", async () => {
    const ran = await run("build nowhere --out site --realm acme --json");
    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: "folder_not_found" } });
  });

  test("ends with 130 when it is interrupted, and nothing was published", async () => {
    folder.put("one.kata", kata("acme.one", "v1"));
    const ran = await run("build katas --out site --realm acme", { signal: AbortSignal.abort() });
    expect(ran.exitCode).toBe(130);
    expect(existsSync(folder.site)).toBe(false);
  });

  test("compiles with the Ronin that is named, and with no other when that cannot be", async () => {
    const ronin = join(folder.path, "ronin");
    await Bun.write(join(ronin, "src/utils/version.ts"), 'export const RONIN_VERSION = "9.9.9";\n');
    const peer = resolve(import.meta.dir, "../../lib/embedded-host/index.ts");
    await Bun.write(
      join(ronin, "src/kata/index.ts"),
      `export { KataCompiler, KataParser, KataRegistry } from ${JSON.stringify(peer)};\n`,
    );
    folder.put("one.kata", kata("acme.one", "v1"));
    await run("build katas --out site --realm acme --ronin ronin");
    expect(folder.rows()[0]?.compiledWith).toBe("9.9.9");
    folder.put("two.kata", kata("acme.two", "v1"));
    await run("build katas --out site", { env: { RONIN_PROJECT_ROOT: ronin } });
    expect(folder.rows()[1]?.compiledWith).toBe("9.9.9");

    folder.put("three.kata", kata("acme.three", "v1"));
    const ran = await run("build katas --out site --ronin elsewhere --json");
    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: "ronin_not_found" } });
    expect(folder.pointer().rows).toBe(2);
  });
});

describe("progress", () => {
  beforeEach(() => {
    for (let index = 0; index < 40; index += 1) folder.put(`${index}.kata`, kata(`n${index}.x`, "v1"));
  });

  test("is silent while a build is short", async () => {
    clock.stepMs = 10;
    expect(await run("build katas --out site --realm acme", { isTTY: true })).toMatchObject({ stderr: "" });
  });

  test("comes a line a second on a terminal, and after two seconds where nobody watches", async () => {
    clock.stepMs = 200;
    const watched = await run("build katas --out site --realm acme", { isTTY: true });
    const lines = watched.stderr.trim().split("\n");
    expect(lines[0]).toBe("read 4 of 40 katas");
    expect(lines.length).toBeWithin(12, 20);
    const unwatched = await run("build katas --out other --realm acme");
    expect(unwatched.stderr.split("\n")[0]).toBe("read 9 of 40 katas");
  });

  test("never comes between a script and its document", async () => {
    clock.stepMs = 1000;
    const ran = await run("build katas --out site --realm acme --json", { isTTY: true });
    expect(ran.stderr).toBe("");
    expect(JSON.parse(ran.stdout)).toMatchObject({ outcome: "published" });
  });
});

describe("realms deprecate and withdraw", () => {
  test("say what ended and why", async () => {
    folder.put("one.kata", kata("acme.one", "v1"));
    await run("build katas --out site --realm acme");
    const ran = await run('withdraw acme.one@v1 --out site --reason "Not safe"');
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toStartWith("Published acme, publish 2: 1 version.\n");
    expect(ran.stdout).toMatch(/withdrawn +acme:acme\.one@v1\n +reason +Not safe\n/);
    const again = await run('withdraw acme.one@v1 --out site --reason "Not safe" --json');
    expect(JSON.parse(again.stdout)).toMatchObject({
      outcome: "unchanged",
      status: "withdrawn",
      written: [],
    });
  });

  test("exit 1 for a version that is not published", async () => {
    folder.put("one.kata", kata("acme.one", "v1"));
    await run("build katas --out site --realm acme");
    const ran = await run("deprecate acme.one@v2 --out site --reason Old");
    expect(ran).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ran.stderr).toContain("unknown_version");
  });
});

describe("realms check", () => {
  test("exits 0 for a good realm, and says what a reader would want to know", async () => {
    folder.put("one.kata", kata("acme.one", "v1"));
    await run("build katas --out site --realm acme");
    clock.at += 3 * 24 * 3_600_000;
    const ran = await run("check site");
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^Realm +acme$/m);
    expect(ran.stdout).toMatch(/^Publish +1 of 2026-01-01T00:00:00\.000Z, 3 days ago$/m);
    expect(ran.stdout).toContain("3 warnings:");
    expect(ran.stdout).toEndWith("site is good: a client takes it as it is.\n");
  });

  test("exits 1 for any error and still prints the whole report, as a document too", async () => {
    folder.put("one.kata", kata("acme.one", "v1"));
    await run("build katas --out site --realm acme");
    writeFileSync(join(folder.site, `katas/${folder.rows()[0]?.sourceHash}.kata`), "other");
    const ran = await run("check site");
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toContain("1 error:");
    expect(ran.stdout).toContain("source_hash_mismatch");
    const json = await run("check site --json");
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      outcome: "errors",
      checkedWith: "1.1.1",
      errors: [{ code: "source_hash_mismatch" }],
      warnings: [{ code: "missing_description" }, { code: "missing_tags" }, { code: "missing_licence" }],
      summary: { realm: "acme", versions: 1 },
    });
  });

  test.each([
    ["nowhere", 1, "There is no folder at nowhere."],
    ["katas", 1, "katas is no realm's folder: there is no realm.json in it."],
    ["katas/one.kata", 1, "katas/one.kata is a file."],
    ["ftp://realm.example/v1", 2, "A realm's address begins with https://, not with ftp://."],
    ["https://realm.example/v1/realm.json", 2, "Name the realm's address, without /realm.json at its end."],
    ["katas --api-key-env KEY", 2, "--api-key-env is for a realm's address."],
  ])("where there is no realm, at %s, exits %i and says what to name", async (place, exitCode, message) => {
    folder.put("one.kata", kata("acme.one", "v1"));
    const ran = await run(`check ${place}`);
    expect(ran).toMatchObject({ exitCode, stdout: "" });
    expect(ran.stderr).toStartWith(`realms: ${message}`);
  });

  test("sends the API key of the named variable, and says when there is none", async () => {
    folder.put("one.kata", kata("acme.one", "v1"));
    await run("build katas --out site --realm acme");
    const seen = new Set<string | null>();
    const server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch(request) {
        seen.add(request.headers.get("authorization"));
        return new Response(Bun.file(join(folder.site, new URL(request.url).pathname)));
      },
      error: () => new Response(null, { status: 404 }),
    });
    const url = `http://127.0.0.1:${server.port}`;
    const ran = await run(`check ${url} --api-key-env TEAM_KEY`, { env: { TEAM_KEY: "secret-key" } });
    const missing = await run(`check ${url} --api-key-env TEAM_KEY`);
    await server.stop(true);
    expect([...seen]).toEqual(["Bearer secret-key"]);
    expect(ran.stdout + ran.stderr).not.toContain("secret-key");
    expect(ran.exitCode).toBe(0);
    expect(missing.exitCode).toBe(2);
  });
});

describe("realms serve", () => {
  test("serves until it is interrupted, and says where and what", async () => {
    folder.put("one.kata", kata("acme.one", "v1"));
    await run("build katas --out site --realm acme");
    const interrupt = new AbortController();
    let said = "";
    const stdout = new Writable({
      write(chunk, _encoding, done) {
        said += String(chunk);
        done();
      },
    });
    const serving = run("serve site", { stdout, signal: interrupt.signal });
    while (!said.includes("\n")) await Bun.sleep(1);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? "";
    expect(await (await fetch(`${url}/realm.json`)).json()).toMatchObject({ realm: "acme" });
    interrupt.abort();
    expect(await serving).toMatchObject({ exitCode: 0 });
    expect(said).toContain("200  /realm.json");
    expect(said).toEndWith("Stopped after 1 request.\n");
    await expect(fetch(url)).rejects.toThrow();
  });

  test("says when the port is taken, or the folder is not there or holds no realm", async () => {
    const other = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
    await Bun.write(join(folder.site, "realm.json"), "{}");
    const taken = await run(`serve site --port ${other.port} --json`);
    await other.stop(true);
    expect(JSON.parse(taken.stdout)).toMatchObject({ error: { code: "port_in_use" } });
    for (const place of ["nowhere", "katas"]) {
      expect(JSON.parse((await run(`serve ${place} --json`)).stdout)).toMatchObject({
        error: { code: "folder_not_found" },
      });
    }
  });
});

describe("realms init", () => {
  test("makes a folder, takes its name for the id, and says what to do next", async () => {
    const ran = await run('init "Acme Katas"');
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toContain("next   cd 'Acme Katas'\n");
    expect(ran.stdout).toContain("realms build katas --out site --realm acme-katas");
    expect((await run("init .")).stdout).not.toContain(" cd ");
    expect(existsSync(join(folder.path, "Acme Katas/katas/hello.world-v1.kata"))).toBe(true);
  });

  test.each([
    ["init acme --realm Acme!", 2],
    ["init acme --name x\u200by", 1],
    ["init acme --github", 2],
    ['init ""', 2],
    ["init file", 2],
  ])("refuses: realms %s", async (args, exitCode) => {
    writeFileSync(join(folder.path, "file"), "");
    const ran = await run(args);
    expect(ran).toMatchObject({ exitCode, stdout: "" });
    expect(existsSync(join(folder.path, "acme"))).toBe(false);
  });
});

describe("the help of a publisher's command", () => {
  test.each(["init", "build", "deprecate", "withdraw", "check", "serve"])(
    "%s fits 80 columns and names no option that finds a host",
    async (command) => {
      const { exitCode, stdout } = await run(`${command} --help`);
      expect(exitCode).toBe(0);
      expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
      expect(stdout).not.toContain("--db");
      expect(stdout).toContain("--json");
    },
  );
});
