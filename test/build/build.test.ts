import { describe, expect, test } from "bun:test";
import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { build } from "../../lib/build/build.ts";
import { BuildError, type BuildErrorCode } from "../../lib/build/error.ts";
import { listFiles } from "../../lib/drop-in/disk.ts";
import { LICENCES_PATH, packFiles } from "../../lib/drop-in/layout.ts";
import { makeFolder, write } from "./fake-dist.ts";
import { packageFiles, writeProject } from "./fixture-project.ts";

describe("a build", () => {
  test("holds the files of the layout and the licences, and nothing else", async () => {
    using place = makePlace();
    await place.build();
    expect(listFiles(place.outDir)).toEqual([...packFiles.map(({ path }) => path), LICENCES_PATH].sort());
  });

  test("replaces the one before as a whole and leaves nothing beside it", async () => {
    using place = makePlace();
    write(join(place.outDir, "agents/old.js"), "");
    await place.build();
    expect(listFiles(place.outDir)).not.toContain("agents/old.js");
    expect(place.names()).toEqual(["dist", "project"]);
  });

  test("of the same sources has the same bytes, wherever they lie", async () => {
    using here = makePlace();
    using there = makePlace();
    await here.build();
    await there.build();
    expect(here.texts()).toEqual(there.texts());
    expect(here.texts().join()).not.toContain(here.root);
  });

  test("keeps the schedule readable for the host, which reads it out of the text", async () => {
    using place = makePlace();
    await place.build();
    expect(place.read("agents/realm-sync-agent.js")).toContain('\n  static schedule = "0 6 * * *";\n');
  });

  test("lets both agents import one core, that is beside them and no .js", async () => {
    using place = makePlace();
    await place.build();
    const core = { kind: "import-statement" as const, path: "./ronin-realms/core.mjs" };
    const page = { kind: "dynamic-import" as const, path: "./ronin-realms/page.mjs" };
    const importsOf = (name: string) =>
      new Bun.Transpiler({ loader: "js" }).scan(place.read(`agents/${name}.js`)).imports;
    expect(importsOf("realm-sync-agent")).toEqual([core]);
    // The page only when somebody asks for it.
    expect(importsOf("dojo-agent")).toEqual(expect.arrayContaining([core, page]));
    expect(importsOf("dojo-agent")).toHaveLength(2);
  });

  test("lets the core import the services beside it, and only when they are asked for", async () => {
    using place = makePlace();
    await place.build();
    const { imports } = new Bun.Transpiler({ loader: "js" }).scan(place.read("agents/ronin-realms/core.mjs"));
    expect(imports).toEqual([{ kind: "dynamic-import", path: "./services.mjs" }]);
  });

  test("makes the command runnable, and only the command", async () => {
    using place = makePlace();
    await place.build();
    const isExecutable = (path: string) => (statSync(join(place.outDir, path)).mode & 0o111) === 0o111;
    expect(listFiles(place.outDir).filter(isExecutable)).toEqual(["bin/realms.js"]);
    expect(place.read("bin/realms.js")).toStartWith("#!/usr/bin/env bun\n");
  });

  test("keeps the names of error classes, though everything else is renamed", async () => {
    using place = makePlace({
      "lib/sync/child.ts": `
        abstract class BaseError<Code extends string> extends Error {
          readonly code: Code;
          constructor(code: Code) { super(code); this.code = code; this.name = new.target.name; }
        }
        class SmallError extends BaseError<"small"> {}
        class LargerError extends SmallError {}
        class LongPlainName {}
        console.log(new SmallError("small").name, new LargerError("small").name, LongPlainName.name.length);
      `,
    });
    await place.build();
    const run = Bun.spawnSync([process.execPath, join(place.outDir, "agents/ronin-realms/sync.mjs")]);
    expect(run.stdout.toString()).toBe("SmallError LargerError 1\n");
  });

  test("leaves the peer to the host, where it is imported at run time", async () => {
    using place = makePlace({
      "lib/sync/child.ts": 'console.log(await import("ronin-plugin-api").catch(() => "none"));\n',
    });
    await place.build();
    expect(place.read("agents/ronin-realms/sync.mjs")).toContain('import("ronin-plugin-api")');
  });
});

describe("the licences", () => {
  test("are those of what was bundled, with name, version, place and full text", async () => {
    using place = makePlace({
      "lib/cli/main.ts":
        'import { leftPad } from "left";\nimport { b } from "@scope/b";\nconsole.log(leftPad(b));\n',
      ...packageFiles("@scope/b", "export const b = [1];\n", "Line one\r\nline two\r\n"),
      ...packageFiles("unused", "export const unused = 1;\n"),
    });
    await place.build();
    const text = place.read(LICENCES_PATH);
    expect(text).toContain("left 1.2.3 (MIT), in services.mjs, realms.js\n");
    expect(text).toContain("@scope/b 1.2.3 (MIT), in realms.js\n");
    expect(text).toContain("@scope/b 1.2.3\n\nLine one\nline two\n");
    expect(text.indexOf("@scope/b")).toBeLessThan(text.indexOf("left"));
    expect(text).not.toContain("unused");
  });

  test("must be there for every package", async () => {
    using place = makePlace();
    rmSync(join(place.project, "node_modules/left/LICENSE"));
    await expectFailure("licence_not_found", place);
  });
});

describe("a build fails, and the one before stays, when", () => {
  test.each<[string, BuildErrorCode, Record<string, string>]>([
    ["a file does not parse", "bundle_failed", { "lib/sync/child.ts": "console.log(" }],
    ["an import leads nowhere", "bundle_failed", { "lib/cli/main.ts": 'import "./gone.ts";\n' }],
    [
      "an entry holds a library",
      "library_in_entry",
      { "plugins/realms/index.ts": 'export { leftPad as default } from "left";\n' },
    ],
    [
      "the core holds a library",
      "library_in_entry",
      { "lib/runtime/attach.ts": 'export { leftPad as attachRuntime } from "left";\n' },
    ],
    [
      "the core is larger than a host should wait for",
      "over_budget",
      { "lib/runtime/attach.ts": `export const attachRuntime = "${"x".repeat(8_000)}";\n` },
    ],
    [
      "an entry is not thin",
      "over_budget",
      { "plugins/realms/index.ts": `export default "${"x".repeat(4_000)}";\n` },
    ],
    [
      "a host would load too much",
      "over_budget",
      packageFiles("left", `export const leftPad = "${"x".repeat(500_000)}";\n`),
    ],
    [
      "the peer is imported statically",
      "foreign_import",
      { "lib/sync/child.ts": 'import * as peer from "ronin-plugin-api";\nconsole.log(peer);\n' },
    ],
  ])("%s", async (_situation, code, changes) => {
    using place = makePlace(changes);
    await expectFailure(code, place);
  });

  test("but not when it is the child that is large, which no host loads", async () => {
    using place = makePlace({ "lib/sync/child.ts": `console.log("${"x".repeat(600_000)}");\n` });
    expect(await place.build()).toHaveLength(packFiles.length);
  });

  test("the numbers and the packages are in the message about the budget", async () => {
    using place = makePlace(packageFiles("left", `export const leftPad = "${"x".repeat(500_000)}";\n`));
    const message = await place.build().then(String, String);
    expect(message).toMatch(
      /A host would load 50\d{4} bytes; the limit is 500000\. Packages in it: left 500\d{3}\./,
    );
  });
});

async function expectFailure(code: BuildErrorCode, place: ReturnType<typeof makePlace>): Promise<void> {
  write(join(place.outDir, "agents/old.js"), "old");
  const thrown = await place.build().catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(BuildError);
  expect(thrown).toMatchObject({ code });
  expect(listFiles(place.outDir)).toEqual(["agents/old.js"]);
  expect(place.names()).toEqual(["dist", "project"]);
}

function makePlace(changes: Record<string, string> = {}) {
  const folder = makeFolder();
  const root = folder.path;
  const outDir = join(root, "dist");
  const project = writeProject(join(root, "project"), changes);
  const read = (path: string) => readFileSync(join(outDir, path), "utf8");
  return {
    root,
    project,
    outDir,
    read,
    build: () => build({ outDir, root: project, version: "1.0.0" }),
    texts: () => listFiles(outDir).map((path) => `${path}\n${read(path)}`),
    names: () => [...new Bun.Glob("*").scanSync({ cwd: root, onlyFiles: false })].sort(),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}
