import { describe, expect, test } from "bun:test";
import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CachedFile, metadataDirFor } from "../../lib/realm-client/tuf-cache.ts";
import { follow } from "./follower.ts";
import { startRepository } from "./repository.ts";

const FILES: readonly CachedFile[] = [
  "first-root.json",
  "root.json",
  "timestamp.json",
  "snapshot.json",
  "targets.json",
  "realm.json",
];

describe("a cached file", () => {
  test.each(FILES)("%s that was cut off heals", async (file) => {
    await using repository = await startRepository();
    repository.publish("root");
    using host = follow(repository);
    await host.refresh();
    const path = join(host.metadataDir, file);
    const whole = readFileSync(path);
    for (const length of [0, 1, whole.length - 1]) {
      writeFileSync(path, whole.subarray(0, length));
      expect((await host.refresh()).versions.root).toBe(2);
      expect(readFileSync(path).equals(whole)).toBe(true);
    }
  });

  test.each(FILES)("%s that was deleted comes back", async (file) => {
    await using repository = await startRepository();
    repository.publish("root");
    using host = follow(repository);
    await host.refresh();
    host.lose(file);
    expect((await host.refresh()).versions.root).toBe(2);
    expect(readdirSync(host.metadataDir).sort()).toEqual([...FILES].sort());
  });

  test("root.json that somebody replaced by a root of their own is not believed", async () => {
    await using repository = await startRepository();
    await using impostor = await startRepository();
    using host = follow(repository);
    await host.refresh();
    writeFileSync(join(host.metadataDir, "root.json"), impostor.file("metadata/1.root.json"));
    host.realm = { ...host.realm, url: impostor.server.url };
    expect(await host.refusal()).toBe("signature_invalid");
    host.realm = { ...host.realm, url: repository.server.url };
    expect((await host.refresh()).root).toBe(repository.fingerprint());
  });

  test("realm.json that was edited is fetched again", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    await host.refresh();
    const path = join(host.metadataDir, "realm.json");
    writeFileSync(path, readFileSync(path, "utf8").replace('"seq":7', '"seq":8'));
    expect((await host.refresh()).seq).toBe(7);
  });
});

describe("a run that was killed", () => {
  test.each(FILES.map((_file, index) => index + 1))(
    "after it had put %i files in place is caught up",
    async (count) => {
      await using repository = await startRepository();
      using host = follow(repository);
      await host.refresh();
      const old = `${host.metadataDir}-old`;
      cpSync(host.metadataDir, old, { recursive: true });
      const known = host.known;
      repository.setPointer({ seq: 8 });
      repository.rotateKeys("timestamp");
      repository.publish();
      await host.refresh();
      // The new files that were in place by then, the old others, and a registry that was told nothing.
      for (const file of FILES.slice(count)) copyFileSync(join(old, file), join(host.metadataDir, file));
      host.known = known;
      expect((await host.refresh()).seq).toBe(8);
    },
  );

  test("before it had put any in place leaves nothing that disturbs the next", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.publish("timestamp");
    await host.refresh();
    // It had seen a newer state, and the registry was told to meet the realm anew since.
    cpSync(host.metadataDir, `${host.metadataDir}.staging`, { recursive: true });
    host.known = undefined;
    repository.signed.timestamp.version = 1;
    repository.republish("timestamp");
    expect((await host.refresh()).versions.timestamp).toBe(1);
    expect(readdirSync(join(host.metadataDir, ".."))).toEqual(["acme"]);
  });
});

test("a cache that was lost costs the first root again, and the newest state is the same", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  const before = await host.refresh();
  host.lose();
  host.asked();
  expect(await host.refresh()).toEqual(before);
  expect(host.asked()[0]).toBe("metadata/1.root.json");
});

test("a cache without anything remembered in the registry is not looked at", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  repository.publish("timestamp");
  await host.refresh();
  host.known = undefined;
  host.asked();
  await host.refresh();
  expect(host.asked()).toContain("metadata/1.snapshot.json");
});

test("each realm has a folder of its own beside the index, under a name that is a file name everywhere", () => {
  const index = join("/data", "ronin.realms-index.db");
  expect(metadataDirFor(index, "con")).toBe(join("/data", "ronin.realms-index-metadata", "realm-con"));
});

test("a cache that cannot be made is an error, and nothing is accepted", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  rmSync(join(host.metadataDir, ".."), { recursive: true });
  writeFileSync(join(host.metadataDir, ".."), "a file in the folder's place");
  const error = await host.refresh().catch((reason: unknown) => reason);
  expect(error).toHaveProperty("code", "ENOTDIR");
  expect(host.known).toBeUndefined();
});
