import type { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { RegistryError } from "../../lib/errors.ts";
import { codeOf } from "../support/throws.ts";
import { createWorld } from "./world.ts";

const columns = [
  "id",
  "name",
  "version",
  "source_code",
  "compiled_graph",
  "required_skills",
  "checksum",
  "created_at",
];

function addHostTable(db: Database, without?: string): void {
  db.run(
    `CREATE TABLE kata_definitions (${columns.filter((column) => column !== without).join(", ")}, updated_at)`,
  );
}

function addHostKata(db: Database, name: string, createdAt: number, skills = '["mail.search"]'): void {
  db.run(
    `INSERT INTO kata_definitions (id, name, version, source_code, compiled_graph, required_skills, checksum, created_at)
     VALUES (?, ?, 'v1', 'kata text', '{"name":"x"}', ?, 'sum', ?)`,
    [`${name}_v1`, name, skills, createdAt],
  );
}

describe("the host's own katas", () => {
  test("are none while the host has no table for them", () => {
    const { registry } = createWorld();
    expect(registry.findHostKata("a.b", "v1")).toBeUndefined();
    expect(registry.getHostKatas()).toEqual([]);
  });

  test("are read as soon as the host has added its table", () => {
    const { registry, records } = createWorld();
    registry.getHostKatas();
    addHostTable(records);
    addHostKata(records, "b.b", 2);
    addHostKata(records, "a.a", 1);
    expect(registry.findHostKata("b.b", "v1")).toEqual({
      name: "b.b",
      version: "v1",
      source: "kata text",
      compiledGraph: '{"name":"x"}',
      requiredSkills: ["mail.search"],
      checksum: "sum",
      createdAt: 2,
    });
    expect(registry.findHostKata("b.b", "v2")).toBeUndefined();
    expect(registry.getHostKatas().map((kata) => kata.name)).toEqual(["a.a", "b.b"]);
  });

  test("that cannot be read are left out of the list, and are an error on their own", () => {
    const { registry, records } = createWorld();
    addHostTable(records);
    addHostKata(records, "good", 1);
    addHostKata(records, "bad", 2, "not JSON");
    expect(registry.getHostKatas().map((kata) => kata.name)).toEqual(["good"]);
    const find = () => registry.findHostKata("bad", "v1");
    expect(codeOf(find, RegistryError)).toBe("invalid_input");
    expect(find).toThrow("kata_definitions.required_skills");
  });

  test("of a host that stores them otherwise are an error that names the column", () => {
    const { registry, records } = createWorld();
    addHostTable(records, "source_code");
    records.run("INSERT INTO kata_definitions (name, version) VALUES ('a.b', 'v1')");
    const find = () => registry.findHostKata("a.b", "v1");
    expect(codeOf(find, RegistryError)).toBe("invalid_input");
    expect(find).toThrow("kata_definitions.source_code");
  });
});
