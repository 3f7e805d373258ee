import { expect, test } from "bun:test";
import { Workspace } from "./workspace.ts";

test("memory keeps JSON by key, in the file that the database reports", async () => {
  await using workspace = new Workspace();
  const { api } = await workspace.boot();
  await api.memory.store("kata.note", { a: [1, null] });
  await api.memory.store("kata.note", { a: 2 });
  expect(await api.memory.retrieve("kata.note")).toEqual({ a: 2 });
  expect(await api.memory.retrieve("nothing.here")).toBeNull();
  const rows = await api.db.query("SELECT key, value FROM memories WHERE key = 'kata.note'");
  expect(rows).toEqual([{ key: "kata.note", value: '{"a":2}' }]);
});

test("memory refuses a value without JSON text", async () => {
  await using workspace = new Workspace();
  const { api } = await workspace.boot();
  await expect(api.memory.store("k", undefined)).rejects.toThrow(
    "NOT NULL constraint failed: memories.value",
  );
});

test("search looks at values, not keys, takes wildcards and gives a preview", async () => {
  await using workspace = new Workspace();
  const { api } = await workspace.boot();
  await api.memory.store("long", "x".repeat(5000));
  await api.memory.store("needle.key", "hay");
  expect((await api.memory.search("needle")).length).toBe(0);
  expect((await api.memory.search("h_y")).map(({ key }) => key)).toEqual(["needle.key"]);
  const [long] = await api.memory.search("xxx");
  expect(String(long?.value).length).toBe(4000);
});

test("search gives the newest first, as many as asked for", async () => {
  await using workspace = new Workspace();
  const { api } = await workspace.boot();
  for (const key of ["first", "second", "third"]) {
    await api.memory.store(key, "a shared marker");
    await Bun.sleep(2);
  }
  expect((await api.memory.search("shared marker", 2)).map(({ key }) => key)).toEqual(["third", "second"]);
});

test("config gives the live value under a path and throws without one", async () => {
  await using workspace = new Workspace();
  const { api } = await workspace.boot();
  expect(api.config.get("realms.nothing.here")).toBeUndefined();
  expect(() => api.config.get(undefined as never)).toThrow(TypeError);
  expect(api.config.getAll()).not.toBe(api.config.getAll());
});
