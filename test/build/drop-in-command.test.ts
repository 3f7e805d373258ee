import { afterEach, beforeEach, describe, expect, type Mock, spyOn, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { listFiles } from "../../lib/build/drop-in/disk.ts";
import { dropIn } from "../../lib/build/drop-in.ts";
import { makeFolder, textOf, write, writeDist } from "./fake-dist.ts";

let out: Mock<typeof console.log>;
let err: Mock<typeof console.error>;

beforeEach(() => {
  out = spyOn(console, "log").mockImplementation(() => undefined);
  err = spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  out.mockRestore();
  err.mockRestore();
});

describe("the drop-in command", () => {
  test("says what was installed where, that Ronin needs a restart, and what to try next", () => {
    using place = makePlace();
    expect(place.run("home")).toBe(0);
    const text = printed(out);
    expect(text).toContain(`ronin-realms 1.0.0 (build `);
    expect(text).toContain(`new       ${join(place.root, "home/agents/dojo-agent.js")}`);
    expect(text).toContain("Restart Ronin");
    expect(text).toMatch(/\/dist\/bin\/realms\.js pending$/);
    expect(text).not.toContain("--rollback");
    expect(printed(err)).toBe("");
  });

  test("says on a second run that nothing changed, and asks for no restart", () => {
    using place = makePlace();
    place.run("home");
    out.mockClear();
    expect(place.run("home")).toBe(0);
    expect(printed(out)).toContain("is already installed");
    expect(printed(out)).not.toContain("Restart");
  });

  test("says after an upgrade how to go back, with the folder as it was named", () => {
    using place = makePlace();
    place.run("home");
    writeDist(place.distDir, "2.0.0");
    out.mockClear();
    place.run("home");
    expect(printed(out)).toContain("npm run drop-in -- home --rollback");
    out.mockClear();
    expect(place.run("home", "--rollback")).toBe(0);
    expect(printed(out)).toMatch(/^ronin-realms 1\.0\.0 \(build [0-9a-f]{12}\) is back in /);
  });

  test("removes, and points at no command that is not there for it any more", () => {
    using place = makePlace();
    place.run("home");
    out.mockClear();
    expect(place.run("home", "--remove")).toBe(0);
    expect(printed(out)).toContain("was removed from");
    expect(printed(out)).toContain("Restart Ronin");
    expect(printed(out)).not.toContain("pending");
    expect(listFiles(join(place.root, "home"))).toEqual([]);
  });

  test("says that files of others are back, when there was nothing else before", () => {
    using place = makePlace();
    write(join(place.root, "home/agents/dojo-agent.js"), "// theirs\n");
    place.run("home", "--force");
    out.mockClear();
    expect(place.run("home", "--rollback")).toBe(0);
    expect(printed(out)).toStartWith(`What was in ${join(place.root, "home")} before ronin-realms is back.`);
  });

  test("takes an agents folder with a slash at its end", () => {
    using place = makePlace();
    mkdirSync(join(place.root, "home/agents"));
    expect(place.run("home/agents/")).toBe(0);
    expect(listFiles(join(place.root, "home")).some((path) => path.startsWith("plugins"))).toBe(false);
  });

  test("exits with 1 and the fix when it refuses", () => {
    using place = makePlace();
    expect(place.run("nowhere")).toBe(1);
    expect(printed(err)).toContain(`mkdir -p ${join(place.root, "nowhere")}`);
    err.mockClear();
    write(join(place.root, "home/agents/dojo-agent.js"), textOf("", "").slice(3));
    expect(place.run("home")).toBe(1);
    expect(printed(err)).toContain("--force");
    err.mockClear();
    expect(dropIn(["home"], { cwd: place.root, distDir: join(place.root, "none") })).toBe(1);
    expect(printed(err)).toContain("npm run build");
  });

  test.each([
    [[]],
    [["home", "other"]],
    [[""]],
    [["home", "--wat"]],
    [["home", "--remove", "--force"]],
    [["home", "--remove", "--rollback"]],
  ])("exits with 2 and the usage for %j", (args) => {
    using place = makePlace();
    expect(place.run(...args)).toBe(2);
    expect(printed(err)).toContain("Usage: npm run drop-in");
    expect(listFiles(join(place.root, "home"))).toEqual([]);
  });

  test("shows its usage when asked, and does nothing else", () => {
    using place = makePlace();
    expect(place.run("home", "--help")).toBe(0);
    expect(printed(out)).toStartWith("Usage: npm run drop-in");
    expect(listFiles(join(place.root, "home"))).toEqual([]);
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
    run: (...args: string[]) => dropIn(args, { cwd: root, distDir }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

function printed(log: Mock<(...lines: unknown[]) => void>): string {
  return log.mock.calls.map(([line]) => String(line)).join("\n");
}
