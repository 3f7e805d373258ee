import { describe, expect, test } from "bun:test";
import { cpSync, rmSync } from "node:fs";
import { RealmError } from "../../lib/errors.ts";
import { MAX_CLOCK_SKEW_MS } from "../../lib/trust/tuf-clock.ts";
import { follow } from "./follower.ts";
import { DAY_MS, NOW, startRepository, toExpiry } from "./repository.ts";

const HOUR_MS = 3_600_000;

describe("one version back, with the library's cache lost", () => {
  // The library compares with its cache; without one, only what the registry remembers can say no.

  test("of the timestamp is refused", async () => {
    await using repository = await startRepository();
    const before = repository.file("metadata/timestamp.json");
    using host = follow(repository);
    repository.publish("timestamp");
    await host.refresh();
    host.lose();
    repository.put("metadata/timestamp.json", before);
    expect(await host.refusal()).toBe("metadata_rolled_back");
  });

  test("of the snapshot is refused under a newer timestamp", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.publish("snapshot", "timestamp");
    await host.refresh();
    host.lose();
    repository.signed.snapshot.version = 1;
    repository.republish("snapshot");
    repository.publish("timestamp");
    expect(await host.refusal()).toBe("metadata_rolled_back");
  });

  test("of the targets is refused under a newer snapshot", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.publish("targets", "snapshot", "timestamp");
    await host.refresh();
    host.lose();
    repository.signed.targets.version = 1;
    repository.republish("targets");
    repository.publish("snapshot", "timestamp");
    expect(await host.refusal()).toBe("metadata_rolled_back");
  });

  test("of the root is refused: a host that hides the newest root keeps revoked keys alive", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.publish("root");
    await host.refresh();
    host.lose();
    repository.server.remove("metadata/2.root.json");
    expect(await host.refusal()).toBe("metadata_rolled_back");
  });

  test("of the publish number is refused under newer signatures", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    await host.refresh();
    host.lose();
    repository.setPointer({ seq: 6 });
    repository.publish("targets", "snapshot", "timestamp");
    expect(await host.refusal()).toBe("metadata_rolled_back");
  });

  test("stays refused after it was refused once, and the newest state is taken", async () => {
    await using repository = await startRepository();
    const before = repository.file("metadata/timestamp.json");
    using host = follow(repository);
    repository.publish("timestamp");
    const newest = repository.file("metadata/timestamp.json");
    await host.refresh();
    host.lose();
    repository.put("metadata/timestamp.json", before);
    await host.refusal();
    expect(await host.refusal()).toBe("metadata_rolled_back");
    repository.put("metadata/timestamp.json", newest);
    expect((await host.refresh()).versions.timestamp).toBe(2);
  });
});

test("a cache that was replaced by an older copy accepts nothing older than the registry has seen", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  await host.refresh();
  const copy = `${host.metadataDir}-copy`;
  cpSync(host.metadataDir, copy, { recursive: true });
  const before = repository.file("metadata/timestamp.json");
  repository.setPointer({ seq: 8 });
  repository.publish("targets", "snapshot", "timestamp");
  await host.refresh();

  rmSync(host.metadataDir, { recursive: true });
  cpSync(copy, host.metadataDir, { recursive: true });
  repository.put("metadata/timestamp.json", before);
  expect(await host.refusal()).toBe("metadata_rolled_back");
});

test("a realm that is rebuilt from a backup is met anew once a person has reset it", async () => {
  await using repository = await startRepository();
  const before = repository.file("metadata/timestamp.json");
  using host = follow(repository);
  repository.setPointer({ seq: 8 });
  repository.publish("targets", "snapshot", "timestamp");
  await host.refresh();
  repository.put("metadata/timestamp.json", before);
  expect(await host.refusal()).toBe("metadata_rolled_back");
  // What a reset does: the registry forgets, and without it the cache counts for nothing.
  host.known = undefined;
  expect((await host.refresh()).seq).toBe(7);
});

describe("frozen metadata", () => {
  const end = NOW + DAY_MS;

  test.each(["root", "targets", "snapshot", "timestamp"] as const)(
    "is good one second before its %s ends, and refused at the end",
    async (role) => {
      await using repository = await startRepository();
      repository.signed[role].expires = toExpiry(end);
      repository.publish();
      using host = follow(repository);
      host.now = end - 1000;
      expect((await host.refresh()).expiresAt).toBe(end);
      host.now = end;
      expect(await host.refusal()).toBe("metadata_expired");
    },
  );

  test.each(["root", "targets", "snapshot", "timestamp"] as const)(
    "is named by its file: %s",
    async (role) => {
      await using repository = await startRepository();
      using host = follow(repository);
      repository.signed[role].expires = toExpiry(NOW - 1000);
      repository.publish();
      const error = await host.refresh().catch((reason: unknown) => reason);
      expect(error).toHaveProperty("message", expect.stringContaining(`${role}.json`));
    },
  );

  test("is refused when the host shows the same timestamp for ever", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    await host.refresh();
    host.now = NOW + 29 * DAY_MS;
    await host.refresh();
    host.now = NOW + 31 * DAY_MS;
    expect(await host.refusal()).toBe("metadata_expired");
  });
});

describe("a clock", () => {
  test("that is an hour behind what was signed is told so", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.setPointer({ issued: toExpiry(NOW) });
    repository.publish("targets", "snapshot", "timestamp");
    host.now = NOW - HOUR_MS;
    expect(await host.refusal()).toBe("clock_wrong");
  });

  test("may be as far behind as honest clocks are", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.setPointer({ issued: toExpiry(NOW) });
    repository.publish("targets", "snapshot", "timestamp");
    host.now = NOW - MAX_CLOCK_SKEW_MS;
    await host.refresh();
    host.now -= 1;
    expect(await host.refusal()).toBe("clock_wrong");
  });

  test("that is a day ahead changes nothing while the signatures last", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    host.now = NOW + DAY_MS;
    expect((await host.refresh()).seq).toBe(7);
  });

  test("that is ahead of the host's is named when signatures seem to have expired", async () => {
    await using repository = await startRepository();
    repository.signed.timestamp.expires = toExpiry(NOW + HOUR_MS);
    repository.publish("timestamp");
    repository.server.misbehave("metadata/timestamp.json", {
      kind: "headers",
      headers: { date: new Date(NOW).toUTCString() },
    });
    using host = follow(repository);
    host.now = NOW + DAY_MS;
    const error = await host.refresh().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RealmError);
    expect(error).toHaveProperty("code", "clock_wrong");
    expect(error).toHaveProperty("message", expect.stringContaining("2026-11-23T06:00:00.000Z"));
  });

  test("is not doubted when the host's agrees: then the signatures have expired", async () => {
    await using repository = await startRepository();
    repository.signed.timestamp.expires = toExpiry(NOW + HOUR_MS);
    repository.publish("timestamp");
    repository.server.misbehave("metadata/timestamp.json", {
      kind: "headers",
      headers: { date: new Date(NOW + DAY_MS).toUTCString() },
    });
    using host = follow(repository);
    host.now = NOW + DAY_MS;
    expect(await host.refusal()).toBe("metadata_expired");
  });

  test("of a host never makes expired signatures good", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.server.misbehave("metadata/timestamp.json", {
      kind: "headers",
      headers: { date: new Date(NOW).toUTCString() },
    });
    host.now = NOW + 31 * DAY_MS;
    expect(await host.refusal()).toBe("clock_wrong");
  });
});

describe("fast forward", () => {
  test("by a leaked key ends with its revocation: the next keys start from where they like", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.signed.targets.version = 2 ** 31;
    repository.signed.snapshot.version = 2 ** 31;
    repository.signed.timestamp.version = 2 ** 31;
    repository.publish("targets", "snapshot", "timestamp");
    await host.refresh();
    for (const role of ["targets", "snapshot", "timestamp"] as const) {
      repository.rotateKeys(role);
      repository.signed[role].version = 2;
    }
    repository.publish();
    host.lose();
    expect((await host.refresh()).versions).toEqual({ root: 2, timestamp: 3, snapshot: 3, targets: 3 });
  });

  test("leaves the floor of the root where it is", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.publish("root");
    await host.refresh();
    repository.rotateKeys("timestamp");
    repository.publish();
    await host.refresh();
    expect(host.known?.versions).toEqual({ root: 3, timestamp: 2, snapshot: 2, targets: 2 });
  });
});
