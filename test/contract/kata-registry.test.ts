import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { DatabaseAPI, KataRegistryLike } from "../../lib/embedded-host/index.ts";
import { host } from "./hosts.ts";
import { Workspace } from "./workspace.ts";

let workspace: Workspace;
let db: DatabaseAPI & { close(): void };
let registry: KataRegistryLike;

beforeEach(() => {
  workspace = new Workspace();
  db = host.openDatabase(join(workspace.root, "ronin.db"));
  registry = new host.katas.KataRegistry({ db });
});

afterEach(async () => {
  db.close();
  await workspace[Symbol.asyncDispose]();
});

const kata = (name: string, version: string, skill = "local.notify") =>
  `kata ${name} ${version}\nrequires skill ${skill}\ninitial p\nphase p\n  run skill ${skill}\n  complete\n`;

const sources = (name: string) =>
  db.query<{ source_code: string }>("SELECT source_code FROM kata_definitions WHERE name = ?", [name]);

describe("register", () => {
  test("stores the source and the compiled graph, and resolves with the graph", async () => {
    const source = kata("demo.ping", "v1");
    const compiled = await registry.register(source);
    const { KataParser, KataCompiler } = host.katas;
    expect(JSON.stringify(compiled)).toBe(
      JSON.stringify(new KataCompiler().compile(new KataParser().parse(source))),
    );
    const [row, ...others] = await db.query("SELECT * FROM kata_definitions");
    expect(others).toEqual([]);
    expect(row).toEqual({
      id: "demo.ping_v1",
      name: "demo.ping",
      version: "v1",
      source_code: source,
      compiled_graph: JSON.stringify(compiled),
      required_skills: '["local.notify"]',
      checksum: compiled.checksum,
      ontology_node_id: null,
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
    });
  });

  test("refuses a name and version that exist, even for the same source", async () => {
    await registry.register(kata("demo.ping", "v1"));
    await expect(registry.register(kata("demo.ping", "v1"))).rejects.toThrow(
      "Kata 'demo.ping' version 'v1' already registered (katas are immutable)",
    );
  });

  test("rejects with the parser's and the compiler's own errors", async () => {
    await expect(registry.register("kata x")).rejects.toThrow(
      "Parse error at line 1, column 8: Expected version (e.g., v1, v2)",
    );
    await expect(registry.register("kata x v1 initial p")).rejects.toThrow(
      "Kata compilation failed:\n  - Phase 'p' referenced but not defined\n  - Initial phase 'p' not defined",
    );
  });

  test("twice at the same time succeeds twice, and the last one stays", async () => {
    const results = await Promise.allSettled([
      registry.register(kata("demo.race", "v1", "first")),
      registry.register(kata("demo.race", "v1", "second")),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    expect(await sources("demo.race")).toEqual([{ source_code: kata("demo.race", "v1", "second") }]);
  });

  test("of a kata whose id another one has deletes that other one", async () => {
    await registry.register(kata("hfc_v1", "v2"));
    await registry.register(kata("hfc", "v1_v2"));
    expect(await registry.exists("hfc_v1", "v2")).toBe(false);
    expect(await registry.exists("hfc", "v1_v2")).toBe(true);
  });
});

describe("registerOrSkip", () => {
  test("resolves with what is stored, though the source differs", async () => {
    const stored = await registry.register(kata("demo.ping", "v1", "first"));
    const skipped = await registry.registerOrSkip(kata("demo.ping", "v1", "second"));
    expect(JSON.stringify(skipped)).toBe(JSON.stringify(stored));
    expect(await sources("demo.ping")).toEqual([{ source_code: kata("demo.ping", "v1", "first") }]);
  });

  test("registers what is new", async () => {
    await registry.registerOrSkip(kata("demo.new", "v1"));
    expect(await registry.exists("demo.new", "v1")).toBe(true);
  });
});

describe("reading", () => {
  test("gives null for what is not there, and compares exactly", async () => {
    await registry.register(kata("demo.ping", "v1"));
    expect(await registry.get("demo.ping", "v9")).toBeNull();
    expect(await registry.exists("Demo.ping", "v1")).toBe(false);
    expect(await registry.getVersions("demo.pin")).toEqual([]);
  });

  test("orders versions as text", async () => {
    for (const version of ["v1", "v10", "v2", "v9"]) await registry.register(kata("demo.many", version));
    const versions = await registry.getVersions("demo.many");
    expect(versions.map(({ version }) => version)).toEqual(["v9", "v2", "v10", "v1"]);
  });

  test("works through an index that a second registry finds there", async () => {
    await registry.register(kata("demo.ping", "v1"));
    expect(await new host.katas.KataRegistry({ db }).exists("demo.ping", "v1")).toBe(true);
    const [index] = await db.query("SELECT sql FROM sqlite_master WHERE name = 'idx_kata_name_version'");
    expect(index?.sql).toMatch(/UNIQUE INDEX .* ON kata_definitions ?\(name, version\)/);
  });
});

describe("validateDSL", () => {
  test("answers at once and never throws", () => {
    expect(registry.validateDSL(kata("demo.ping", "v1"))).toEqual({ valid: true, errors: [] });
    expect(registry.validateDSL("kata")).toEqual({
      valid: false,
      errors: [
        {
          rule: "parse_error",
          message: "Error: Parse error at line 1, column 6: Expected identifier",
        },
      ],
    });
    expect(registry.validateDSL("kata x v1 initial p").errors.map(({ rule }) => rule)).toEqual([
      "missing_phase",
      "missing_initial_phase",
    ]);
  });
});
