import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { listFiles } from "../../lib/drop-in/disk.ts";
import { runHere } from "../support/run-here.ts";
import { makeFolder, textOf, write, writeDist } from "./fake-dist.ts";

describe("realms drop-in", () => {
  test("says what was installed where, that Ronin needs a restart, and what to try next", async () => {
    using place = makePlace();
    const ran = await place.run("home");
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toContain("ronin-realms 1.0.0 (build ");
    expect(ran.stdout).toContain(`new       ${join(place.root, "home/agents/dojo-agent.js")}`);
    expect(ran.stdout).toContain("Restart Ronin");
    expect(ran.stdout).toEndWith(`${join(place.distDir, "bin/realms.js")} doctor\n`);
    expect(ran.stdout).not.toContain("--rollback");
  });

  test("with --json prints what it did as one document", async () => {
    using place = makePlace();
    const ran = await place.run("home", "--json");
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      outcome: "installed",
      base: join(place.root, "home"),
      build: { version: "1.0.0" },
      previous: null,
    });
  });

  test("says on a second run that nothing changed, and asks for no restart", async () => {
    using place = makePlace();
    await place.run("home");
    const ran = await place.run("home");
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain("is already installed");
    expect(ran.stdout).not.toContain("Restart");
  });

  test("says after an upgrade how to go back, with the folder as it was named", async () => {
    using place = makePlace();
    await place.run("home");
    writeDist(place.distDir, "2.0.0");
    expect((await place.run("home")).stdout).toContain("realms drop-in home --rollback");
    const back = await place.run("home", "--rollback");
    expect(back.exitCode).toBe(0);
    expect(back.stdout).toMatch(/^ronin-realms 1\.0\.0 \(build [0-9a-f]{12}\) is back in /);
  });

  test("removes, and points at no command that is not there for it any more", async () => {
    using place = makePlace();
    await place.run("home");
    const ran = await place.run("home", "--remove");
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain("was removed from");
    expect(ran.stdout).toContain("Restart Ronin");
    expect(ran.stdout).not.toContain("doctor");
    expect(listFiles(join(place.root, "home"))).toEqual([]);
  });

  test("says that files of others are back, when there was nothing else before", async () => {
    using place = makePlace();
    write(join(place.root, "home/agents/dojo-agent.js"), "// theirs\n");
    await place.run("home", "--force");
    const ran = await place.run("home", "--rollback");
    expect(ran.stdout).toStartWith(`What was in ${join(place.root, "home")} before ronin-realms is back.`);
  });

  test("takes an agents folder with a slash at its end", async () => {
    using place = makePlace();
    mkdirSync(join(place.root, "home/agents"));
    expect((await place.run("home/agents/")).exitCode).toBe(0);
    expect(listFiles(join(place.root, "home")).some((path) => path.startsWith("plugins"))).toBe(false);
  });

  test("exits with 1 and the fix when it refuses", async () => {
    using place = makePlace();
    const nowhere = await place.run("nowhere");
    expect(nowhere.exitCode).toBe(1);
    expect(nowhere.stderr).toContain(`mkdir -p ${join(place.root, "nowhere")}`);

    write(join(place.root, "home/agents/dojo-agent.js"), textOf("", "").slice(3));
    const foreign = await place.run("home");
    expect(foreign.exitCode).toBe(1);
    expect(foreign.stderr).toContain("--force");
    expect(JSON.parse((await place.run("home", "--json")).stdout)).toMatchObject({
      error: { code: "foreign_file" },
    });

    const distDir = join(place.root, "none");
    const unbuilt = await runHere(["drop-in", "home"], { cwd: place.root, distDir });
    expect(unbuilt.exitCode).toBe(1);
    expect(unbuilt.stderr).toContain("npm run build");
  });

  test.each([
    [[]],
    [["home", "other"]],
    [[""]],
    [["home", "--wat"]],
    [["home", "--remove", "--force"]],
    [["home", "--remove", "--rollback"]],
  ])("exits with 2 and says how it is used for %j", async (args) => {
    using place = makePlace();
    const ran = await place.run(...args);
    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toMatch(/realms --help|realms drop-in/);
    expect(listFiles(join(place.root, "home"))).toEqual([]);
  });
});

describe("npm run drop-in", () => {
  test("takes a relative folder from where the person is, not from the project", async () => {
    using folder = makeFolder();
    const script = join(import.meta.dir, "../../lib/build/drop-in.ts");
    const child = Bun.spawnSync([process.execPath, script, "nowhere"], {
      env: { PATH: process.env.PATH, INIT_CWD: folder.path },
    });
    expect(child.exitCode).toBe(1);
    expect(child.stderr.toString()).toContain(join(folder.path, "nowhere"));
  });
});

function makePlace() {
  const folder = makeFolder();
  const root = folder.path;
  mkdirSync(join(root, "home"));
  const distDir = writeDist(join(root, "dist"), "1.0.0");
  return {
    root,
    distDir,
    run: (...args: string[]) => runHere(["drop-in", ...args], { cwd: root, distDir }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}
