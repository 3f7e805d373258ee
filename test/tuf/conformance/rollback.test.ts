import { describe, expect, test } from "bun:test";
import { follow } from "../follower.ts";
import { startRepository } from "../repository.ts";

// The cases of tuf-conformance's test_rollback.py that apply, under their own names: see docs/tuf-conformance.md.
// The registry's floor is taken away where the library is to say no by itself.

test("test_new_timestamp_version_rollback", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  repository.publish("timestamp");
  await host.refresh();
  expect(host.trusted().timestamp).toBe(2);
  repository.signed.timestamp.version = 1;
  repository.republish("timestamp");
  host.forgetFloor();
  expect(await host.refusal()).toBe("metadata_rolled_back");
  expect(host.trusted().timestamp).toBe(2);
  expect(host.asked().at(-1)).toBe("metadata/timestamp.json");
});

describe.each([
  ["basic", false],
  ["with hashes", true],
])("%s", (_name, usesHashes) => {
  test("test_snapshot_rollback", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.usesHashes = usesHashes;
    repository.publish("snapshot", "timestamp");
    await host.refresh();
    repository.signed.snapshot.version = 1;
    repository.republish("snapshot");
    repository.publish("timestamp");
    host.forgetFloor();
    expect(await host.refusal()).toBe("metadata_rolled_back");
    expect(host.trusted()).toMatchObject({ timestamp: 2, snapshot: 2 });
    expect(host.asked().at(-1)).toBe("metadata/timestamp.json");
  });

  test("test_targets_rollback", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.usesHashes = usesHashes;
    repository.publish("targets", "snapshot", "timestamp");
    await host.refresh();
    repository.signed.targets.version = 1;
    repository.republish("targets");
    repository.publish("snapshot", "timestamp");
    host.forgetFloor();
    expect(await host.refusal()).toBe("metadata_rolled_back");
    expect(host.trusted()).toMatchObject({ snapshot: 2, targets: 2 });
  });
});

test("test_targets_role_removal", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  // A realm has no delegations, but a snapshot may list what it likes, and must go on listing it.
  repository.signed.snapshot.meta["delegated.json"] = { version: 1 };
  repository.publish("snapshot", "timestamp");
  await host.refresh();
  delete repository.signed.snapshot.meta["delegated.json"];
  repository.publish("snapshot", "timestamp");
  expect(await host.refusal()).toBe("metadata_rolled_back");
  expect(host.trusted().snapshot).toBe(2);
});

test("test_targets_fast_forward_recovery", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  repository.signed.targets.version = 99;
  repository.signed.snapshot.meta["delegated.json"] = { version: 1 };
  repository.publish("targets", "snapshot", "timestamp");
  await host.refresh();
  expect(host.trusted().targets).toBe(100);
  repository.rotateKeys("snapshot");
  repository.signed.targets.version = 1;
  delete repository.signed.snapshot.meta["delegated.json"];
  repository.republish("targets");
  repository.publish("root", "snapshot", "timestamp");
  await host.refresh();
  expect(host.trusted().targets).toBe(1);
  expect(host.known?.versions.targets).toBe(1);
});

test("test_new_snapshot_fast_forward_recovery", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  repository.signed.snapshot.version = 99;
  repository.publish("snapshot", "timestamp");
  await host.refresh();
  expect(host.trusted().snapshot).toBe(100);
  repository.rotateKeys("snapshot");
  repository.rotateKeys("timestamp");
  repository.publish("root", "targets");
  repository.signed.snapshot.version = 1;
  repository.republish("snapshot");
  repository.publish("timestamp");
  await host.refresh();
  expect(host.trusted().snapshot).toBe(1);
  expect(host.known?.versions.snapshot).toBe(1);
});

test("test_new_timestamp_fast_forward_recovery", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  repository.signed.timestamp.version = 99;
  repository.publish("timestamp");
  await host.refresh();
  expect(host.trusted().timestamp).toBe(100);
  repository.rotateKeys("timestamp");
  repository.publish("root");
  repository.signed.timestamp.version = 1;
  repository.republish("timestamp");
  await host.refresh();
  expect(host.trusted().timestamp).toBe(1);
  expect(host.known?.versions.timestamp).toBe(1);
});
