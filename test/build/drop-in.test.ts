import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { listFiles } from "../../lib/drop-in/disk.ts";
import { DropInError, type DropInErrorCode } from "../../lib/drop-in/error.ts";
import { install } from "../../lib/drop-in/install.ts";
import { payloadPaths } from "../../lib/drop-in/payload.ts";
import { readRecord } from "../../lib/drop-in/record.ts";
import { remove } from "../../lib/drop-in/remove.ts";
import { rollback } from "../../lib/drop-in/rollback.ts";
import { findTarget } from "../../lib/drop-in/target.ts";
import { makeFolder, textOf, write, writeDist } from "./fake-dist.ts";

const syncAgent = "agents/realm-sync-agent.js";
const dojoAgent = "agents/dojo-agent.js";

describe("a fresh home", () => {
  test("gets every file of the build, and a record of it", () => {
    using place = makePlace();
    const outcome = install(place.target, place.v1);

    expect(outcome.kind).toBe("installed");
    expect(packIn(place.home)).toEqual(pack("1.0.0"));
    const record = readRecord(place.target.stateDir);
    expect(record).toMatchObject({ version: "1.0.0", madeFolders: ["agents", "plugins"] });
    expect(topNames(place.target.stateDir)).toEqual(["installed.json"]);
    expect(record?.files.map(({ path }) => path).sort()).toEqual([...payloadPaths].sort());
  });

  test("holds nothing below agents that a host would import, but the two entries", () => {
    using place = makePlace();
    install(place.target, place.v1);
    install(place.target, place.v2);
    const imported = listFiles(join(place.home, "agents")).filter((path) => /\.[jt]s$/.test(path));
    expect(imported).toEqual(["dojo-agent.js", "realm-sync-agent.js"]);
    expect(listFiles(join(place.home, "plugins"))).toEqual(["realms/index.js"]);
  });

  test("installed a second time is told to be unchanged, and the previous build stays what it was", () => {
    using place = makePlace();
    install(place.target, place.v1);
    install(place.target, place.v2);
    const outcome = install(place.target, place.v2);

    expect(outcome).toMatchObject({ kind: "unchanged", items: [], notes: [] });
    expect(outcome.previous?.version).toBe("1.0.0");
  });

  test("has no previous build to go back to", () => {
    using place = makePlace();
    install(place.target, place.v1);
    expectRefusal("no_previous", () => rollback(place.target));
    expect(packIn(place.home)).toEqual(pack("1.0.0"));
  });
});

describe("an upgrade", () => {
  test("replaces every file and keeps the build before", () => {
    using place = makePlace();
    install(place.target, place.v1);
    const outcome = install(place.target, place.v2);

    expect(outcome).toMatchObject({ kind: "upgraded", notes: [] });
    expect(outcome.previous?.version).toBe("1.0.0");
    expect(packIn(place.home)).toEqual(pack("2.0.0"));
    expect(packIn(join(place.target.stateDir, "previous"))).toEqual(pack("1.0.0"));
  });

  test("keeps one build before, not all of them", () => {
    using place = makePlace();
    for (const dist of [place.v1, place.v2, place.dist("3.0.0")]) install(place.target, dist);
    expect(packIn(join(place.target.stateDir, "previous"))).toEqual(pack("2.0.0"));
    expect(topNames(place.target.stateDir)).toEqual(["installed.json", "previous"]);
  });

  test("carries the schedule over that the host wrote for a person", () => {
    using place = makePlace();
    install(place.target, place.v1);
    place.put(syncAgent, textOf(syncAgent, "1.0.0", "30 7 * * 1"));
    const outcome = install(place.target, place.v2);

    expect(place.read(syncAgent)).toBe(textOf(syncAgent, "2.0.0", "30 7 * * 1"));
    expect(outcome.notes).toEqual([`${syncAgent} keeps the schedule you chose: 30 7 * * 1`]);
    expect(install(place.target, place.v2).kind).toBe("unchanged");
    install(place.target, place.dist("3.0.0"));
    expect(place.read(syncAgent)).toBe(textOf(syncAgent, "3.0.0", "30 7 * * 1"));
  });

  test("brings its own new schedule where nobody chose another", () => {
    using place = makePlace();
    install(place.target, place.v1);
    const outcome = install(place.target, place.dist("2.1.0", "15 5 * * *"));
    expect(place.read(syncAgent)).toBe(textOf(syncAgent, "2.1.0", "15 5 * * *"));
    expect(outcome.notes).toEqual([]);
  });

  test("mentions no schedule that the new build has anyway", () => {
    using place = makePlace();
    install(place.target, place.v1);
    place.put(syncAgent, textOf(syncAgent, "1.0.0", "15 5 * * *"));
    expect(install(place.target, place.dist("2.1.0", "15 5 * * *")).notes).toEqual([]);
  });

  test("does not carry what is no cron expression into a program", () => {
    using place = makePlace();
    install(place.target, place.v1);
    place.put(syncAgent, textOf(syncAgent, "1.0.0", "0 6 * * *\\u0022 + evil() + \\u0022"));
    const { notes } = install(place.target, place.v2);
    expect(place.read(syncAgent)).toBe(textOf(syncAgent, "2.0.0"));
    expect(notes[0]).toContain(`${syncAgent} had been changed by hand`);
  });

  test("says which file had been changed by hand, and keeps that copy", () => {
    using place = makePlace();
    install(place.target, place.v1);
    place.put("agents/ronin-realms/core.mjs", "// mine\n");
    const outcome = install(place.target, place.v2);

    expect(outcome.notes).toHaveLength(1);
    expect(outcome.notes[0]).toContain("agents/ronin-realms/core.mjs had been changed by hand");
    expect(place.readState("previous/agents/ronin-realms/core.mjs")).toBe("// mine\n");
    expect(place.read("agents/ronin-realms/core.mjs")).toBe(textOf("agents/ronin-realms/core.mjs", "2.0.0"));
  });

  test("never deletes what somebody else put into a folder of the pack", () => {
    using place = makePlace();
    install(place.target, place.v1);
    place.put("agents/ronin-realms/notes.txt", "mine");
    const outcome = install(place.target, place.v2);
    expect(outcome.notes[0]).toContain("agents/ronin-realms/notes.txt is not of this pack");

    install(place.target, place.dist("3.0.0"));
    const kept = listFiles(place.target.stateDir).filter((path) => path.endsWith("notes.txt"));
    expect(kept).toEqual([expect.stringMatching(/^kept-[0-9a-f-]+\/agents\/ronin-realms\/notes\.txt$/)]);
  });

  test("takes over a build that was copied by hand", () => {
    using place = makePlace();
    writeDist(place.home, "1.0.0");
    const outcome = install(place.target, place.v2);
    expect(outcome).toMatchObject({ kind: "upgraded", notes: [] });
    expect(outcome.previous?.version).toBe("1.0.0");
    rollback(place.target);
    expect(packIn(place.home)).toEqual(pack("1.0.0"));
  });

  test("repairs a build of which a file is missing", () => {
    using place = makePlace();
    install(place.target, place.v1);
    rmSync(join(place.home, "agents/ronin-realms/sync.mjs"));
    install(place.target, place.v1);
    expect(packIn(place.home)).toEqual(pack("1.0.0"));
  });
});

describe("a rollback", () => {
  test("brings the build before back, and done twice returns", () => {
    using place = makePlace();
    install(place.target, place.v1);
    install(place.target, place.v2);

    const back = rollback(place.target);
    expect(back.build?.version).toBe("1.0.0");
    expect(back.previous?.version).toBe("2.0.0");
    expect(packIn(place.home)).toEqual(pack("1.0.0"));
    expect(readRecord(place.target.stateDir)?.version).toBe("1.0.0");

    const forth = rollback(place.target);
    expect(forth.build?.version).toBe("2.0.0");
    expect(packIn(place.home)).toEqual(pack("2.0.0"));
    expect(topNames(place.target.stateDir)).toEqual(["installed.json", "previous"]);
  });

  test("says when the schedule goes back as well", () => {
    using place = makePlace();
    install(place.target, place.v1);
    install(place.target, place.v2);
    place.put(syncAgent, textOf(syncAgent, "2.0.0", "0 9 * * *"));
    expect(rollback(place.target).notes).toEqual([
      `${syncAgent} has the schedule 0 6 * * * again; it was 0 9 * * *.`,
    ]);
  });

  test("takes out what the build before did not have", () => {
    using place = makePlace();
    writeDist(place.home, "1.0.0");
    rmSync(join(place.home, "plugins"), { recursive: true });
    install(place.target, place.v2);
    const outcome = rollback(place.target);
    expect(outcome.items).toContainEqual({ path: "plugins/realms", change: "removed" });
    expect(listFiles(join(place.home, "plugins"))).toEqual([]);
  });

  test("is refused where somebody else's file took the place meanwhile", () => {
    using place = makePlace();
    writeDist(place.home, "1.0.0");
    rmSync(join(place.home, "plugins"), { recursive: true });
    install(place.target, place.v2);
    rollback(place.target);
    place.put("plugins/realms/index.js", "export default {};\n");

    expectRefusal("foreign_file", () => rollback(place.target));
    expect(place.read("plugins/realms/index.js")).toBe("export default {};\n");
  });
});

describe("a removal", () => {
  test("leaves the home as it was before", () => {
    using place = makePlace();
    place.put("agents/other.ts", "export default class {}\n");
    install(place.target, place.v1);
    install(place.target, place.v2);
    const outcome = remove(place.target);

    expect(outcome).toMatchObject({ kind: "removed", notes: [] });
    expect(listFiles(place.home)).toEqual(["agents/other.ts"]);
    expect(topNames(place.home)).toEqual(["agents"]);
  });

  test("takes the folders out that only the pack had needed", () => {
    using place = makePlace();
    install(place.target, place.v1);
    remove(place.target);
    expect(topNames(place.home)).toEqual([]);
  });

  test("keeps folders that were there before, though they are empty again", () => {
    using place = makePlace();
    mkdirSync(join(place.home, "plugins"));
    install(place.target, place.v1);
    remove(place.target);
    expect(topNames(place.home)).toEqual(["plugins"]);
  });

  test("removes a changed file all the same and says so; a changed schedule is no change", () => {
    using place = makePlace();
    install(place.target, place.v1);
    place.put(dojoAgent, "// mine\n");
    place.put(syncAgent, textOf(syncAgent, "1.0.0", "0 9 * * *"));
    const { notes } = remove(place.target);
    expect(notes).toEqual([`${dojoAgent} had been changed by hand; it was removed all the same.`]);
    expect(topNames(place.home)).toEqual([]);
  });

  test("leaves what somebody else put into a folder of the pack, and says so", () => {
    using place = makePlace();
    install(place.target, place.v1);
    place.put("plugins/realms/notes.txt", "mine");
    const { notes } = remove(place.target);
    expect(notes).toEqual(["plugins/realms/notes.txt is not of this pack and was left."]);
    expect(listFiles(place.home)).toEqual(["plugins/realms/notes.txt"]);
  });

  test("of a build that was copied by hand takes out the same files", () => {
    using place = makePlace();
    writeDist(place.home, "1.0.0");
    remove(place.target);
    expect(listFiles(place.home)).toEqual([]);
  });

  test("of nothing is refused", () => {
    using place = makePlace();
    place.put(dojoAgent, "export default class {}\n");
    expectRefusal("not_installed", () => remove(place.target));
    expect(listFiles(place.home)).toEqual([dojoAgent]);
  });
});

describe("somebody else's file of the same name", () => {
  test.each([dojoAgent, "agents/ronin-realms/core.mjs", "plugins/realms/index.js"])(
    "%s stops the drop-in before it begins",
    (path) => {
      using place = makePlace();
      place.put(path, "export default class Mine {}\n");
      expectRefusal("foreign_file", () => install(place.target, place.v1));
      expect(listFiles(place.home)).toEqual([path]);
    },
  );

  test("is kept with force, comes back with a rollback, and goes again with another", () => {
    using place = makePlace();
    place.put(dojoAgent, "// theirs\n");
    const outcome = install(place.target, place.v1, { force: true });
    expect(outcome.notes[0]).toContain(`${dojoAgent} was not of this pack`);
    expect(place.readState(`previous/${dojoAgent}`)).toBe("// theirs\n");

    const back = rollback(place.target);
    expect(back.build).toBeUndefined();
    expect(place.read(dojoAgent)).toBe("// theirs\n");
    expect(listFiles(join(place.home, "agents"))).toEqual(["dojo-agent.js"]);
    expectRefusal("foreign_file", () => rollback(place.target));
    rollback(place.target, { force: true });
    expect(packIn(place.home)).toEqual(pack("1.0.0"));
    expect(place.readState(`previous/${dojoAgent}`)).toBe("// theirs\n");
  });

  test("outlives the next upgrade and the removal", () => {
    using place = makePlace();
    place.put(dojoAgent, "// theirs\n");
    install(place.target, place.v1, { force: true });
    install(place.target, place.v2);
    const { notes } = remove(place.target);

    const files = listFiles(place.home);
    expect(files).toEqual([
      expect.stringMatching(/^\.ronin-realms\/kept-[0-9a-f-]+\/agents\/dojo-agent\.js$/),
    ]);
    expect(notes).toEqual([`${join(place.home, files[0] ?? "")} is not of this pack and was kept.`]);
  });

  test("may be a link, which is moved and not followed", () => {
    using place = makePlace();
    write(join(place.root, "elsewhere.js"), "// theirs\n");
    mkdirSync(join(place.home, "agents"));
    symlinkSync(join(place.root, "elsewhere.js"), join(place.home, dojoAgent));
    install(place.target, place.v1, { force: true });
    expect(readFileSync(join(place.root, "elsewhere.js"), "utf8")).toBe("// theirs\n");
    expect(packIn(place.home)).toEqual(pack("1.0.0"));
  });
});

describe("an agents folder", () => {
  test("gets the agents alone, and the state beside it", () => {
    using place = makePlace();
    mkdirSync(join(place.home, "agents"));
    const target = findTarget(join(place.home, "agents"));
    install(target, place.v1);
    install(target, place.v2);

    expect(target.stateDir).toBe(join(place.home, ".ronin-realms"));
    expect(topNames(join(place.home, "agents"))).toEqual([
      "dojo-agent.js",
      "realm-sync-agent.js",
      "ronin-realms",
    ]);
    expect(topNames(place.home)).toEqual([".ronin-realms", "agents"]);
    remove(target);
    expect(topNames(place.home)).toEqual(["agents"]);
  });

  test("of a home with the plugin has the plugin upgraded too", () => {
    using place = makePlace();
    install(place.target, place.v1);
    install(findTarget(join(place.home, "agents")), place.v2);
    expect(packIn(place.home)).toEqual(pack("2.0.0"));
  });

  test("by another name is not taken for a home", () => {
    using place = makePlace();
    write(join(place.root, "my-agents/mine.ts"), "export default class {}\n");
    expectRefusal("not_a_home", () => findTarget(join(place.root, "my-agents")));
  });
});

describe("a drop-in is refused", () => {
  test("into a folder that does not exist", () => {
    using place = makePlace();
    expectRefusal("no_such_folder", () => findTarget(join(place.root, "nowhere")));
    write(join(place.root, "file"), "");
    expectRefusal("no_such_folder", () => findTarget(join(place.root, "file")));
  });

  test.each(payloadPaths)("without %s in the build", (path) => {
    using place = makePlace();
    rmSync(join(place.v1, path));
    expectRefusal("no_build", () => install(place.target, place.v1));
    expect(listFiles(place.home)).toEqual([]);
  });

  test.each([
    "{",
    '{"format":2}',
    '{"format":1,"version":"1","build":"1","files":[{"path":"agents/../../x","sha256":""}]}',
  ])("with a record that says %s", (text) => {
    using place = makePlace();
    install(place.target, place.v1);
    write(join(place.target.stateDir, "installed.json"), text);
    expectRefusal("state_unreadable", () => install(place.target, place.v2));
    expect(packIn(place.home)).toEqual(pack("1.0.0"));
  });

  test("with a record whose paths lead out of the folder, which a removal would follow", () => {
    using place = makePlace();
    install(place.target, place.v1);
    const record = readRecord(place.target.stateDir);
    for (const path of ["agents/../x", "/etc/passwd", "../x", "agents/./x", "agents//x", "notes.txt"]) {
      const files = [{ path, sha256: "0".repeat(64) }];
      write(join(place.target.stateDir, "installed.json"), JSON.stringify({ ...record, files }));
      expectRefusal("state_unreadable", () => remove(place.target));
    }
  });
});

function makePlace() {
  const folder = makeFolder();
  const root = folder.path;
  const home = join(root, "home");
  mkdirSync(home);
  const dist = (version: string, schedule?: string) =>
    writeDist(join(root, `dist-${version}`), version, schedule);
  const target = findTarget(home);
  return {
    root,
    home,
    target,
    dist,
    v1: dist("1.0.0"),
    v2: dist("2.0.0"),
    put: (path: string, text: string) => write(join(home, path), text),
    read: (path: string) => readFileSync(join(home, path), "utf8"),
    readState: (path: string) => readFileSync(join(target.stateDir, path), "utf8"),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** Path → text of the whole pack at one version. */
function pack(version: string): Record<string, string> {
  return Object.fromEntries(payloadPaths.map((path) => [path, textOf(path, version)]));
}

/** Path → text of what is below agents and plugins. */
function packIn(base: string): Record<string, string> {
  const paths = [...listFiles(base, "agents"), ...listFiles(base, "plugins")];
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(base, path), "utf8")]));
}

function topNames(folder: string): string[] {
  return [...new Bun.Glob("*").scanSync({ cwd: folder, onlyFiles: false, dot: true })].sort();
}

function expectRefusal(code: DropInErrorCode, run: () => unknown): void {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(DropInError);
  expect(thrown).toMatchObject({ code });
}
