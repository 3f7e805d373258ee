import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RegistryError } from "../../lib/errors.ts";
import { type OpenOptions, type OpenRegistry, openRegistry } from "../../lib/registry/open.ts";
import { codeOf } from "../support/throws.ts";
import { kataOf, realmOf } from "./world.ts";

let folder: string;
let opened: OpenRegistry[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ronin-realms-open-"));
  opened = [];
});

afterEach(() => {
  for (const { close } of opened) close();
  rmSync(folder, { recursive: true, force: true });
});

const recordsPath = () => join(folder, "ronin.db");
const indexPath = () => join(folder, "realms-index.db");

function open(options: Partial<OpenOptions> = {}): OpenRegistry {
  const one = openRegistry({ recordsPath: recordsPath(), indexPath: indexPath(), ...options });
  opened.push(one);
  return one;
}

function fill({ registry }: OpenRegistry, katas = 3): void {
  registry.registerRealm(realmOf("central"));
  registry.indexKatas(
    "central",
    Array.from({ length: katas }, (_, index) => kataOf(`k${index}.audit`)),
  );
}

function pragma(path: string, name: string): unknown {
  const db = new Database(path);
  try {
    return Object.values(db.query<Record<string, unknown>, []>(`PRAGMA ${name}`).get() ?? {})[0];
  } finally {
    db.close();
  }
}

describe("opening the two files", () => {
  test("keeps what was stored from one opening to the next", () => {
    const first = open({ roninVersion: "0.9.0" });
    fill(first);
    expect(first.registry.roninVersion).toBe("0.9.0");
    first.close();
    const { registry } = open();
    expect(registry.getRealms().map((realm) => realm.id)).toEqual(["central"]);
    expect(registry.discover("audit")).toHaveLength(3);
  });

  test("leaves the host's journal mode alone and gives the index a log", () => {
    fill(open());
    expect(pragma(recordsPath(), "journal_mode")).toBe("delete");
    expect(pragma(indexPath(), "journal_mode")).toBe("wal");
  });

  test("works on a host's file in WAL mode too", () => {
    new Database(recordsPath()).run("PRAGMA journal_mode = WAL");
    fill(open());
    expect(pragma(recordsPath(), "journal_mode")).toBe("wal");
  });

  test("twice at the same time is safe, and each sees what the other stores", () => {
    const [first, second] = [open(), open()];
    fill(first);
    expect(second.registry.discover("audit")).toHaveLength(3);
    const { id } = second.registry.requestInstall("k1.audit", "v1", "central");
    expect(first.registry.getPendingRequests().map((request) => request.id)).toEqual([id]);
  });

  test("for searching only refuses to change the index, and nothing else", () => {
    fill(open());
    const { registry } = open({ readonlyIndex: true });
    expect(registry.discover("audit")).toHaveLength(3);
    expect(() => registry.indexKatas("central", [kataOf("a.b")])).toThrow("readonly");
    expect(registry.requestInstall("k1.audit", "v1", "central").status).toBe("pending");
  });

  test("for searching only works before there is an index", () => {
    const { registry } = open({ readonlyIndex: true });
    registry.registerRealm(realmOf("central"));
    expect(registry.discover("*")).toEqual([]);
  });

  test("closed twice is closed once", () => {
    const one = open();
    one.close();
    one.close();
    expect(() => one.registry.getRealms()).toThrow();
  });

  test("that cannot both be opened leaves neither open", () => {
    expect(() => open({ indexPath: join(folder, "missing", "index.db") })).toThrow();
    const db = new Database(recordsPath());
    db.run("BEGIN EXCLUSIVE");
    db.run("COMMIT");
    db.close();
  });

  test("with a foreign table in the host's file is a conflict", () => {
    new Database(recordsPath()).run("CREATE TABLE realms (id TEXT PRIMARY KEY)");
    expect(codeOf(() => open(), RegistryError)).toBe("schema_conflict");
  });
});

describe("a file that should be ours", () => {
  test("and is somebody else's is refused, and nothing is made in it or beside it", () => {
    new Database(recordsPath()).run("CREATE TABLE notes (text TEXT)");
    expect(codeOf(() => open({ mustBeOurs: true }), RegistryError)).toBe("schema_conflict");
    const db = new Database(recordsPath(), { readonly: true });
    const tables = db.query<{ name: string }, []>("SELECT name FROM sqlite_schema").all();
    db.close();
    expect(tables).toEqual([{ name: "notes" }]);
    expect(existsSync(indexPath())).toBe(false);
  });

  test("and is opens", () => {
    open().close();
    expect(() => open({ mustBeOurs: true })).not.toThrow();
  });
});

describe("an index file that is broken", () => {
  const isEmptyAndWorks = (one: OpenRegistry): void => {
    expect(one.registry.getRealms().map((realm) => realm.id)).toEqual(["central"]);
    expect(one.registry.discover("*")).toEqual([]);
    fill(one);
    expect(one.registry.discover("*")).toHaveLength(3);
  };

  beforeEach(() => {
    const one = open();
    fill(one, 400);
    one.close();
  });

  test.each([
    ["is no database", () => writeFileSync(indexPath(), "<html>captive portal</html>".repeat(100))],
    [
      "was cut off",
      () => truncateSync(indexPath(), Math.floor(statSync(indexPath()).size / 2 / 4096) * 4096),
    ],
    ["was cut off within a page", () => truncateSync(indexPath(), 5000)],
    ["is damaged in the middle", () => damage(statSync(indexPath()).size / 2)],
  ])("because it %s is made anew, and the records stay", (_, breakIt) => {
    breakIt();
    isEmptyAndWorks(open());
  });

  test("because its schema is damaged is made anew for searching only as well", () => {
    writeFileSync(indexPath(), "not a database ".repeat(500));
    const { registry } = open({ readonlyIndex: true });
    expect(registry.discover("*")).toEqual([]);
    expect(existsSync(indexPath())).toBe(true);
  });

  test("but is left alone when it is only locked", () => {
    const holder = new Database(indexPath());
    holder.run("PRAGMA journal_mode = DELETE");
    holder.run("BEGIN EXCLUSIVE");
    expect(codeOf(() => open(), RegistryError)).toBe("registry_busy");
    holder.run("COMMIT");
    holder.close();
    expect(open().registry.discover("*", undefined, { limit: 400 })).toHaveLength(400);
  });

  function damage(at: number): void {
    const bytes = readFileSync(indexPath());
    bytes.fill(0xee, Math.floor(at / 4096) * 4096, Math.floor(at / 4096) * 4096 + 8192);
    writeFileSync(indexPath(), bytes);
  }
});
