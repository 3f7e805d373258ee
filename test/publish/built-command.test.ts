import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../lib/build/build.ts";
import { bundle } from "../../lib/build/bundle.ts";
import { packFiles } from "../../lib/drop-in/layout.ts";

let path: string;
beforeAll(async () => {
  path = mkdtempSync(join(tmpdir(), "realms-built-"));
  const file = packFiles.find(({ kind }) => kind === "command");
  if (file === undefined) throw new Error("the layout has no command");
  const { text } = await bundle(file, { root: projectRoot, version: "1.0.0" });
  mkdirSync(join(path, "dist/bin"), { recursive: true });
  mkdirSync(join(path, "dist/agents/ronin-realms"), { recursive: true });
  writeFileSync(join(path, "dist/bin/realms.js"), text);
  chmodSync(join(path, "dist/bin/realms.js"), 0o755);
  writeFileSync(join(path, "dist/agents/ronin-realms/THIRD_PARTY_LICENSES.txt"), "licences");
});
afterAll(() => rmSync(path, { recursive: true, force: true }));

/** From a folder without node_modules, and with nothing of this project's environment. */
function run(cwd: string, args: string[]): string {
  const ran = Bun.spawnSync([process.execPath, ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: path },
    stdin: "ignore",
  });
  expect([ran.exitCode, ran.stderr.toString()]).toEqual([0, ""]);
  return ran.stdout.toString();
}

test("the built command publishes and checks a realm with the compiler in it, without a Ronin or a package", () => {
  run(path, ["dist/bin/realms.js", "init", "acme", "--github", "--name", "Acme"]);
  const folder = join(path, "acme");
  // As the workflow does: with the copy that init put there, and nothing else of the pack around it.
  rmSync(join(path, "dist"), { recursive: true });
  expect(run(folder, ["tools/realms.js", "build", "katas", "--out", "site", "--realm", "acme"])).toContain(
    "hello.world@v1",
  );
  const report = JSON.parse(run(folder, ["tools/realms.js", "check", "site", "--json"]));
  expect(report).toMatchObject({ outcome: "good", checkedWith: "1.1.1", errors: [], warnings: [] });
  // A repository that was made with it can make the next one.
  run(folder, ["tools/realms.js", "init", "../next", "--github"]);
  expect(existsSync(join(path, "next/.github/workflows/realm.yml"))).toBe(true);
}, 20_000);
