import { describe, expect, test } from "bun:test";
import { follow } from "./follower.ts";
import { startRepository } from "./repository.ts";

describe("old and new files together", () => {
  test("a new timestamp over an old snapshot is refused", async () => {
    await using repository = await startRepository();
    repository.usesHashes = false;
    repository.publish("snapshot", "timestamp");
    using host = follow(repository);
    repository.put("metadata/2.snapshot.json", repository.file("metadata/1.snapshot.json"));
    expect(await host.refusal()).toBe("metadata_mismatch");
  });

  test("a new snapshot over old targets is refused", async () => {
    await using repository = await startRepository();
    repository.usesHashes = false;
    repository.publish("targets", "snapshot", "timestamp");
    using host = follow(repository);
    repository.put("metadata/2.targets.json", repository.file("metadata/1.targets.json"));
    expect(await host.refusal()).toBe("metadata_mismatch");
  });

  test("targets of another day, signed and under the same version, are refused by their hash", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.setPointer({ seq: 8 });
    repository.put("metadata/1.targets.json", repository.sign("targets"));
    expect(await host.refusal()).toBe("metadata_mismatch");
  });

  test("a snapshot without targets is refused", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.signed.snapshot.meta = {};
    repository.publish("snapshot", "timestamp");
    expect(await host.refusal()).toBe("signature_invalid");
  });
});

describe("a lagging cache", () => {
  test("that has no new pointer yet leaves everything as it was, and the next attempt succeeds", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    await host.refresh();
    const known = host.known;
    const before = new Set(repository.paths());
    repository.setPointer({ seq: 8 });
    repository.publish("targets", "snapshot", "timestamp");
    const [pointer = ""] = repository
      .paths()
      .filter((path) => path.endsWith(".realm.json") && !before.has(path));
    const bytes = repository.file(pointer);
    repository.server.remove(pointer);
    expect(await host.refusal()).toBe("metadata_missing");
    expect(host.known).toBe(known);
    repository.put(pointer, bytes);
    expect((await host.refresh()).seq).toBe(8);
  });

  test("that still has the older timestamp finds the older pointer under its hash", async () => {
    await using repository = await startRepository();
    const timestamp = repository.file("metadata/timestamp.json");
    repository.setPointer({ seq: 8 });
    repository.publish("targets", "snapshot", "timestamp");
    repository.put("metadata/timestamp.json", timestamp);
    using host = follow(repository);
    expect((await host.refresh()).seq).toBe(7);
  });
});
