import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  changedFiles,
  contents,
  createHost,
  kata,
  makeRealmFolder,
  type RealmFolder,
  republish,
  snapshot,
} from "./realm-folder.ts";
import { referenceState } from "./reference-client.ts";

let folder: RealmFolder;
beforeEach(() => {
  folder = makeRealmFolder();
});
afterEach(() => folder[Symbol.dispose]());

describe("the first build of a folder", () => {
  test("makes a realm whose pointer, packs and sources belong together", async () => {
    cpSync(resolve(import.meta.dir, "../../examples/katas"), folder.katas, { recursive: true });
    const outcome = await folder.build();
    const pointer = folder.pointer();
    expect(pointer).toMatchObject({ format: 1, realm: "acme", name: "Acme", seq: 1, rows: 10, deltas: [] });
    expect(pointer.base).toHaveLength(1);
    const lines = pointer.base.flatMap(({ sha256 }) => folder.lines(sha256));
    expect(referenceState(lines)).toBe(pointer.state);
    expect(outcome.added).toHaveLength(10);
    for (const { sourceHash, sourceBytes, seq, status, lastModified } of folder.rows()) {
      const source = folder.read(`katas/${sourceHash}.kata`);
      expect(createHash("sha256").update(source).digest("hex")).toBe(sourceHash);
      expect(source.byteLength).toBe(sourceBytes);
      expect({ seq, status, lastModified }).toEqual({ seq: 1, status: "active", lastModified: folder.now });
    }
  });

  test("writes sources before the packs that list them, and the pointer that names those last", async () => {
    folder.put("a.kata", kata("a.a", "v1"));
    folder.put("b.kata", kata("a.b", "v1"));
    await folder.build();
    folder.put("c.kata", kata("a.c", "v1"));
    const { written } = await folder.build();
    expect(written.map((path) => path.replace(/[0-9a-f]{64}/, "…"))).toEqual([
      "katas/….kata",
      "packs/….ndjson.gz",
      "packs/….ndjson.gz",
      "index.html",
      "realm.json",
    ]);
  });

  test("reads skills, katas and everything else that a row says", async () => {
    cpSync(resolve(import.meta.dir, "../../examples/katas"), folder.katas, { recursive: true });
    await folder.build();
    const row = folder
      .rows()
      .find(({ name, version }) => name === "finance.subscriptions" && version === "v2");
    expect(row).toMatchObject({
      requiredSkills: ["local.memory.search", "local.reasoning"],
      requiredKatas: ["notify.user@v1"],
      complexity: "moderate",
      compiledWith: "1.1.1",
      releaseDate: Date.UTC(2026, 5, 18),
    });
  });

  test("finds katas in folders below, and none in hidden ones or in the realm itself", async () => {
    folder.put("ops/deep/a-v1.kata", kata("ops.a", "v1"));
    folder.put(".git/b.kata", kata("ops.b", "v1"));
    folder.put("node_modules/c/c.kata", kata("ops.c", "v1"));
    await folder.build({ out: join(folder.katas, "site") });
    const second = await folder.build({ out: join(folder.katas, "site") });
    expect(second).toMatchObject({ isChanged: false, added: [] });
    expect(second.pointer.rows).toBe(1);
  });

  test("sorts rows by name and then by version as a number", async () => {
    for (const version of ["v1", "v2", "v10"]) folder.put(`${version}.kata`, kata("b.a", version));
    folder.put("a.kata", kata("a.z", "v3"));
    await folder.build();
    expect(folder.rows().map(({ name, version }) => `${name}@${version}`)).toEqual([
      "a.z@v3",
      "b.a@v1",
      "b.a@v2",
      "b.a@v10",
    ]);
  });
});

describe("building again", () => {
  test("with the same time gives the same bytes in another folder, wherever and however often", async () => {
    using other = makeRealmFolder();
    for (const at of [folder, other]) {
      at.put("a.kata", kata("a.a", "v1", "# description: One\n"));
      await at.build({ now: 1_800_000_000_000 });
      at.put("b.kata", kata("a.a", "v2"));
      await at.build({ now: 1_800_000_100_000 });
    }
    const [here, there] = [contents(folder.site), contents(other.site)];
    expect(here.size).toBeGreaterThan(6);
    expect(there).toEqual(here);
  });

  test("without a change writes nothing at all and keeps the publish number", async () => {
    folder.put("a.kata", kata("a.a", "v1"));
    await folder.build();
    const before = snapshot(folder.site);
    const outcome = await folder.build();
    expect(outcome).toMatchObject({ isChanged: false, written: [], removed: [], added: [] });
    expect(outcome.pointer.seq).toBe(1);
    expect(changedFiles(before, snapshot(folder.site))).toEqual([]);
  });

  test("does not compile what was published with the same bytes", async () => {
    folder.put("a.kata", kata("a.a", "v1"));
    await folder.build();
    folder.put("b.kata", kata("a.b", "v1"));
    const host = createHost();
    const compiled: string[] = [];
    const { parser } = host;
    host.parser = {
      parse(source) {
        compiled.push(source);
        return parser.parse(source);
      },
    };
    const outcome = await folder.build({}, { host });
    expect(outcome.added).toEqual(["a.b@v1"]);
    expect(compiled).toEqual([kata("a.b", "v1")]);
  });

  test("gives new rows the next number and leaves the others' lines as they are", async () => {
    folder.put("a.kata", kata("a.a", "v1"));
    await folder.build();
    const before = folder.pointer().base.flatMap(({ sha256 }) => folder.lines(sha256));
    folder.put("b.kata", kata("a.b", "v1"));
    const outcome = await folder.build();
    expect(outcome.pointer.seq).toBe(2);
    const after = folder.pointer().base.flatMap(({ sha256 }) => folder.lines(sha256));
    expect(after).toHaveLength(2);
    expect(after).toContain(before[0] ?? "");
    expect(folder.rows().map(({ name, seq }) => [name, seq])).toEqual([
      ["a.a", 1],
      ["a.b", 2],
    ]);
  });

  test("passes on the lines of rows that another compiler or another tool made, key for key", async () => {
    folder.put("a.kata", kata("a.a", "v1"));
    await folder.build({}, { host: { ...createHost(), version: "1.0.9" } });
    const line = JSON.stringify(Object.fromEntries(Object.entries(folder.rows()[0] ?? {}).reverse()));
    const rows = folder.rows().map((row) => ({ row, line }));
    republish(folder.site, rows, 1, folder.now);
    folder.put("b.kata", kata("a.b", "v1"));
    await folder.build();
    const lines = folder.pointer().base.flatMap(({ sha256 }) => folder.lines(sha256));
    expect(lines[0]).toBe(line);
    expect(folder.rows().map(({ compiledWith }) => compiledWith)).toEqual(["1.0.9", "1.1.1"]);
  });

  test("keeps the row of a kata whose file is gone, and says so", async () => {
    folder.put("a.kata", kata("a.a", "v1"));
    folder.put("b.kata", kata("a.b", "v1"));
    await folder.build();
    rmSync(join(folder.katas, "a.kata"));
    const outcome = await folder.build();
    expect(outcome).toMatchObject({ isChanged: false, withoutFile: ["a.a@v1"], written: [] });
    expect(folder.rows()).toHaveLength(2);
  });

  test("puts back a source that was lost or changed in the realm, without a new publish", async () => {
    folder.put("a.kata", kata("a.a", "v1"));
    folder.put("b.kata", kata("a.b", "v1"));
    await folder.build();
    const [a, b] = folder.rows().map(({ sourceHash }) => `katas/${sourceHash}.kata`);
    rmSync(join(folder.site, a ?? ""));
    writeFileSync(join(folder.site, b ?? ""), "changed");
    const outcome = await folder.build();
    expect(outcome).toMatchObject({ isChanged: false, written: [a, b] });
    expect(folder.read(b ?? "").toString()).toBe(kata("a.b", "v1"));
  });

  test("publishes anew when a delta was lost, since clients would ask for it", async () => {
    folder.put("a.kata", kata("a.a", "v1"));
    await folder.build();
    folder.put("b.kata", kata("a.b", "v1"));
    await folder.build();
    rmSync(join(folder.site, `packs/${folder.pointer().deltas[0]?.sha256}.ndjson.gz`));
    const outcome = await folder.build();
    expect(outcome).toMatchObject({ isChanged: true });
    expect(folder.pointer().deltas.map(({ from }) => from)).toEqual([2, 1]);
    for (const { sha256 } of folder.pointer().deltas) expect(folder.lines(sha256)).toBeArray();
  });

  test("publishes a new name or notice under the next number, and keeps both until they change", async () => {
    folder.put("a.kata", kata("a.a", "v1"));
    await folder.build();
    await folder.build({ name: "Acme Inc.", notice: "Moving soon" });
    expect(folder.pointer()).toMatchObject({ seq: 2, name: "Acme Inc.", notice: "Moving soon", rows: 1 });
    const same = await folder.build({ realm: undefined, name: undefined });
    expect(same.isChanged).toBe(false);
    await folder.build({ name: undefined, notice: "" });
    expect(folder.pointer()).toMatchObject({ seq: 3, name: "Acme Inc." });
    expect(folder.pointer().notice).toBeUndefined();
  });

  test("names the first root of a signed realm, and keeps it named", async () => {
    folder.put("a.kata", kata("a.a", "v1"));
    await folder.build();
    mkdirSync(join(folder.site, "metadata"));
    writeFileSync(join(folder.site, "metadata/1.root.json"), "{}");
    const root = createHash("sha256").update("{}").digest("hex");
    expect((await folder.build()).pointer).toMatchObject({ seq: 2, root });
    expect(await folder.build()).toMatchObject({ isChanged: false });
    folder.put("b.kata", kata("a.b", "v1"));
    expect((await folder.build()).pointer).toMatchObject({ seq: 3, root });
  });

  test("goes on after a first build that was stopped before its pointer", async () => {
    folder.put("a.kata", kata("a.a", "v1"));
    await folder.build();
    rmSync(join(folder.site, "realm.json"));
    const outcome = await folder.build();
    expect(outcome).toMatchObject({ isChanged: true });
    expect(outcome.pointer.seq).toBe(1);
  });

  test("leaves pages that somebody made by hand as they are", async () => {
    mkdirSync(folder.site);
    writeFileSync(join(folder.site, "index.html"), "<p>Our own page</p>");
    folder.put("a.kata", kata("a.a", "v1"));
    await folder.build();
    expect(folder.read("index.html").toString()).toBe("<p>Our own page</p>");
    expect(existsSync(join(folder.site, "404.html"))).toBe(true);
  });
});
