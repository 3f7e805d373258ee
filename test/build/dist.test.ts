import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { budget, loadedBytes } from "../../lib/build/budget.ts";
import { build, projectRoot } from "../../lib/build/build.ts";
import type { Bundle } from "../../lib/build/bundle.ts";
import { listFiles } from "../../lib/drop-in/disk.ts";
import { findBannerVersion, LICENCES_PATH } from "../../lib/drop-in/layout.ts";
import manifest from "../../package.json" with { type: "json" };
import { makeFolder } from "./fake-dist.ts";

/** This project's own build, once for all tests here. */
const folder = makeFolder();
const dist = join(folder.path, "dist");
let bundles: Bundle[] = [];

beforeAll(async () => {
  bundles = await build({ outDir: dist });
});
afterAll(() => folder[Symbol.dispose]());

describe("the built pack", () => {
  test("says in every file whose it is and which version", () => {
    for (const path of listFiles(dist))
      expect([path, findBannerVersion(read(path))]).toEqual([path, manifest.version]);
  });

  test("makes a host load no more than it may", () => {
    expect(loadedBytes(bundles)).toBeLessThanOrEqual(budget.maxLoadedBytes);
  });

  test("imports statically what Bun itself offers and nothing else", () => {
    for (const path of listFiles(dist).filter((name) => name !== LICENCES_PATH)) {
      const foreign = new Bun.Transpiler({ loader: "js" })
        .scan(read(path))
        .imports.filter(({ kind, path: name }) => kind !== "dynamic-import" && !isBuiltin(name));
      const allowed = /^agents\/[^/]+\.js$/.test(path) ? ["./ronin-realms/core.mjs"] : [];
      expect([path, foreign.map(({ path: name }) => name)]).toEqual([path, allowed]);
    }
  });

  test("names no path of the machine that built it", () => {
    for (const path of listFiles(dist))
      expect([path, read(path).includes(projectRoot)]).toEqual([path, false]);
  });

  test("passes on the licence of every library in it", () => {
    const text = read(LICENCES_PATH);
    for (const name of [
      "zod",
      "semver",
      "cron-parser",
      "luxon",
      "ipaddr.js",
      "stemmer",
      "stopword",
      "commander",
    ]) {
      expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\([A-Z].*\\), in `, "m"));
      expect(text).toMatch(new RegExp(`^=+\n${name} \\d+\\.\\d+\\.\\d+\n\n[^=]{200,}`, "m"));
    }
  });

  test("keeps the names of the pack's errors in services and child", () => {
    expect(read("agents/ronin-realms/services.mjs")).toContain('value:"InstallError"');
    expect(read("agents/ronin-realms/sync.mjs")).toContain('value:"RealmError"');
  });
});

describe("in a fresh process", () => {
  test("both built agents are constructed by a host that knows nothing of the pack", () => {
    const probe = run([join(projectRoot, "lib/build/load-probe.ts"), join(dist, "agents")]);
    expect(probe.stderr).toBe("");
    expect(probe.exitCode).toBe(0);
    expect(JSON.parse(probe.stdout)).toEqual({ wallMs: expect.any(Number), cpuMs: expect.any(Number) });
  });

  test("the built plugin is a plugin, and says what is missing while no agent is loaded", () => {
    const script = `
      const { default: plugin } = await import(${JSON.stringify(join(dist, "plugins/realms/index.js"))});
      console.log(plugin.name, typeof plugin.description, Object.keys(plugin.methods).join());
      await plugin.methods.stats().catch((error) => console.log(error.message));
    `;
    const [shape, missing] = run(["-e", script]).stdout.split("\n");
    expect(shape).toBe(
      "realms string discover,checkCompatibility,listRealms,requestInstall,pendingRequests,receipts,stats",
    );
    expect(missing).toContain("not loaded");
  });

  test("the built command shows its help", () => {
    const help = run([join(dist, "bin/realms.js"), "--help"]);
    expect(help.stdout).toContain("pending");
    expect(help.exitCode).toBe(0);
  });

  test("the built child ends with an error when it is given no job", () => {
    const child = run([join(dist, "agents/ronin-realms/sync.mjs")]);
    expect(child.exitCode).not.toBe(0);
    expect(child.stderr).not.toContain("Cannot find");
  });
});

function read(path: string): string {
  return readFileSync(join(dist, path), "utf8");
}

/** From a folder without node_modules, as a host's own folder has none of ours. */
function run(args: string[]): { stdout: string; stderr: string; exitCode: number } {
  const { stdout, stderr, exitCode } = Bun.spawnSync([process.execPath, ...args], {
    cwd: folder.path,
    env: { PATH: process.env.PATH, HOME: folder.path },
    stdin: "ignore",
  });
  return { stdout: stdout.toString(), stderr: stderr.toString(), exitCode };
}
