import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Disk, exists, listFiles, realDisk } from "../../lib/drop-in/disk.ts";
import { DropInError } from "../../lib/drop-in/error.ts";
import { install } from "../../lib/drop-in/install.ts";
import { payloadPaths } from "../../lib/drop-in/payload.ts";
import { readRecord } from "../../lib/drop-in/record.ts";
import { remove } from "../../lib/drop-in/remove.ts";
import { rollback } from "../../lib/drop-in/rollback.ts";
import { finishSwap } from "../../lib/drop-in/swap.ts";
import { findTarget, type Target } from "../../lib/drop-in/target.ts";
import { makeFolder, textOf, write, writeDist } from "./fake-dist.ts";

class Cut extends Error {}

/** Nothing writes into a build, so all rounds read the same ones. */
const builds = { v1: "", v2: "", v3: "" };
const buildFolder = makeFolder();
beforeAll(() => {
  for (const name of ["v1", "v2", "v3"] as const) {
    builds[name] = writeDist(join(buildFolder.path, name), `${name.slice(1)}.0.0`);
  }
});
afterAll(() => buildFolder[Symbol.dispose]());

/** Every case runs once for each change that it makes to the disk, and is cut off in the middle of that change. */
describe("cut off at any change and run again", () => {
  test("a fresh install is whole", () => {
    const cuts = cutEverywhere({
      act: (place, disk) => install(place.target, place.v1, { disk }),
      // A host may start in between: it must not meet an entry without what it imports.
      between: (place) => {
        const agents = listFiles(place.home, "agents");
        if (agents.some((path) => path.endsWith(".js")))
          expect(agents).toContain("agents/ronin-realms/core.mjs");
      },
      again: (place) => install(place.target, place.v1),
      check: (place) => expect(packIn(place.home)).toEqual(pack("1.0.0")),
    });
    expect(cuts).toBeGreaterThan(payloadPaths.length);
  });

  test("an upgrade is whole, and the build before can be brought back", () => {
    cutEverywhere({
      prepare: (place) => install(place.target, place.v1),
      act: (place, disk) => install(place.target, place.v2, { disk }),
      again: (place) => install(place.target, place.v2),
      check: (place) => {
        expect(packIn(place.home)).toEqual(pack("2.0.0"));
        rollback(place.target);
        expect(packIn(place.home)).toEqual(pack("1.0.0"));
      },
    });
  });

  test("an upgrade that drops the build before last leaves no copy of it", () => {
    cutEverywhere({
      prepare: (place) => {
        install(place.target, place.v1);
        install(place.target, place.v2);
      },
      act: (place, disk) => install(place.target, place.v3, { disk }),
      again: (place) => install(place.target, place.v3),
      check: (place) => {
        expect(packIn(place.home)).toEqual(pack("3.0.0"));
        expect(packIn(join(place.target.stateDir, "previous"))).toEqual(pack("2.0.0"));
      },
    });
  });

  test("a rollback is done once, whoever finishes it", () => {
    cutEverywhere({
      prepare: (place) => {
        install(place.target, place.v1);
        install(place.target, place.v2);
      },
      act: (place, disk) => rollback(place.target, { disk }),
      // Any run finishes a swap that has begun; one that had not begun is still to be done.
      again: (place) => {
        const hadBegun = finishSwap(place.target, realDisk);
        if (!hadBegun && readRecord(place.target.stateDir)?.version === "2.0.0") rollback(place.target);
      },
      check: (place) => {
        expect(packIn(place.home)).toEqual(pack("1.0.0"));
        expect(packIn(join(place.target.stateDir, "previous"))).toEqual(pack("2.0.0"));
      },
    });
  });

  test("a forced install keeps the file of somebody else", () => {
    cutEverywhere({
      prepare: (place) => write(join(place.home, "agents/dojo-agent.js"), "// theirs\n"),
      act: (place, disk) => install(place.target, place.v1, { force: true, disk }),
      again: (place) => install(place.target, place.v1, { force: true }),
      check: (place) => {
        expect(packIn(place.home)).toEqual(pack("1.0.0"));
        const theirs = join(place.target.stateDir, "previous/agents/dojo-agent.js");
        expect(readFileSync(theirs, "utf8")).toBe("// theirs\n");
      },
    });
  });

  test("a removal leaves nothing", () => {
    cutEverywhere({
      prepare: (place) => {
        install(place.target, place.v1);
        install(place.target, place.v2);
      },
      act: (place, disk) => remove(place.target, disk),
      again: (place) => {
        if (readRecord(place.target.stateDir) !== undefined) remove(place.target);
      },
      check: (place) => expect(listFiles(place.home)).toEqual([]),
    });
  });

  test("an upgrade that is followed by a removal leaves nothing", () => {
    cutEverywhere({
      prepare: (place) => install(place.target, place.v1),
      act: (place, disk) => install(place.target, place.v2, { disk }),
      again: (place) => remove(place.target),
      check: (place) => expect(listFiles(place.home)).toEqual([]),
    });
  });

  test("a removal that is followed by an install is an install", () => {
    cutEverywhere({
      prepare: (place) => install(place.target, place.v1),
      act: (place, disk) => remove(place.target, disk),
      again: (place) => install(place.target, place.v1),
      check: (place) => expect(packIn(place.home)).toEqual(pack("1.0.0")),
    });
  });
});

test("something new that stands in the place after a cut is not overwritten", () => {
  let refusals = 0;
  for (let cuts = 0; ; cuts++) {
    using folder = makeFolder();
    const place = makePlace(folder.path);
    const entry = join(place.home, "agents/dojo-agent.js");
    install(place.target, place.v1);
    try {
      install(place.target, place.v2, { disk: cutAfter(cuts) });
      break;
    } catch (error) {
      if (!(error instanceof Cut)) throw error;
    }
    if (exists(entry)) continue;
    write(entry, "// theirs\n");
    expect(() => install(place.target, place.v2)).toThrow(DropInError);
    expect(readFileSync(entry, "utf8")).toBe("// theirs\n");
    rmSync(entry);
    install(place.target, place.v2);
    expect(packIn(place.home)).toEqual(pack("2.0.0"));
    refusals++;
  }
  expect(refusals).toBeGreaterThan(0);
});

interface Case {
  prepare?: (place: Place) => unknown;
  act: (place: Place, disk: Disk) => unknown;
  /** Looks at what the cut left. */
  between?: (place: Place) => void;
  again: (place: Place) => unknown;
  check: (place: Place) => void;
}

/** The last round is not cut off, and run again too. Returns how often it was cut off. */
function cutEverywhere({ prepare, act, between, again, check }: Case): number {
  for (let cuts = 0; ; cuts++) {
    using folder = makeFolder();
    const place = makePlace(folder.path);
    prepare?.(place);
    let isCut = false;
    try {
      act(place, cutAfter(cuts));
    } catch (error) {
      if (!(error instanceof Cut)) throw error;
      isCut = true;
    }
    between?.(place);
    again(place);
    const left = namesIn(place.target.stateDir).filter(
      (name) => !["installed.json", "previous"].includes(name),
    );
    expect({ cuts, left }).toEqual({ cuts, left: [] });
    check(place);
    if (!isCut) return cuts;
  }
}

/** A disk that makes so many changes whole, and of the next one only the first half. */
function cutAfter(changes: number): Disk {
  let left = changes;
  const change = (half: () => void, whole: () => void): void => {
    if (left-- > 0) {
      whole();
      return;
    }
    half();
    throw new Cut();
  };
  return {
    write: (path, content) =>
      change(
        () => realDisk.write(path, content.slice(0, content.length / 2)),
        () => realDisk.write(path, content),
      ),
    makeFolder: (path) =>
      change(
        () => mkdirSync(join(path, ".."), { recursive: true }),
        () => realDisk.makeFolder(path),
      ),
    // A rename happens or it does not; the folder above the new place may be there already.
    rename: (from, to) =>
      change(
        () => mkdirSync(join(to, ".."), { recursive: true }),
        () => realDisk.rename(from, to),
      ),
    remove: (path) =>
      change(
        () => {
          const [first] = listFiles(path);
          if (first !== undefined && first !== "") realDisk.remove(join(path, first));
        },
        () => realDisk.remove(path),
      ),
  };
}

interface Place {
  home: string;
  target: Target;
  v1: string;
  v2: string;
  v3: string;
}

function makePlace(root: string): Place {
  const home = join(root, "home");
  mkdirSync(home);
  return { home, target: findTarget(home), ...builds };
}

function namesIn(folder: string): string[] {
  return exists(folder) ? readdirSync(folder) : [];
}

function pack(version: string): Record<string, string> {
  return Object.fromEntries(payloadPaths.map((path) => [path, textOf(path, version)]));
}

function packIn(base: string): Record<string, string> {
  const paths = [...listFiles(base, "agents"), ...listFiles(base, "plugins")];
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(base, path), "utf8")]));
}
