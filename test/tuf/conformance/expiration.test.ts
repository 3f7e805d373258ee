import { expect, test } from "bun:test";
import { follow } from "../follower.ts";
import { DAY_MS, NOW, startRepository, toExpiry } from "../repository.ts";

// The cases of tuf-conformance's test_expiration.py, under their own names: see docs/tuf-conformance.md.

const YESTERDAY = toExpiry(NOW - DAY_MS);

test("test_root_expired", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  await host.refresh();
  repository.publish("root");
  await host.refresh();
  repository.signed.root.expires = YESTERDAY;
  repository.publish();
  expect(await host.refusal()).toBe("metadata_expired");
  expect(host.trusted()).toMatchObject({ root: 3, timestamp: 1, snapshot: 1 });
});

test("test_timestamp_expired", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  await host.refresh();
  repository.signed.timestamp.expires = YESTERDAY;
  repository.publish("timestamp");
  expect(await host.refusal()).toBe("metadata_expired");
  expect(host.trusted()).toEqual({ root: 1, timestamp: 1, snapshot: 1, targets: 1 });
});

test("test_snapshot_expired", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  await host.refresh();
  repository.signed.snapshot.expires = YESTERDAY;
  repository.publish("snapshot", "timestamp");
  expect(await host.refusal()).toBe("metadata_expired");
  expect(host.trusted()).toEqual({ root: 1, timestamp: 2, snapshot: 1, targets: 1 });
});

test("test_targets_expired", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  await host.refresh();
  repository.signed.targets.expires = YESTERDAY;
  repository.publish("targets", "snapshot", "timestamp");
  expect(await host.refusal()).toBe("metadata_expired");
  expect(host.trusted()).toEqual({ root: 1, timestamp: 2, snapshot: 2, targets: 1 });
});

test("test_expired_local_root", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  repository.signed.root.expires = toExpiry(NOW + 7 * DAY_MS);
  repository.publish("root");
  await host.refresh();
  repository.signed.root.expires = toExpiry(NOW + 21 * DAY_MS);
  repository.publish("root");
  host.now = NOW + 18 * DAY_MS;
  await host.refresh();
  expect(host.trusted().root).toBe(3);
});

test("test_expired_local_timestamp", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  repository.signed.timestamp.expires = toExpiry(NOW + 7 * DAY_MS);
  repository.publish("timestamp");
  await host.refresh();
  repository.signed.timestamp.expires = toExpiry(NOW + 21 * DAY_MS);
  repository.publish("targets", "snapshot", "timestamp");
  host.now = NOW + 18 * DAY_MS;
  await host.refresh();
  expect(host.trusted()).toEqual({ root: 1, timestamp: 3, snapshot: 2, targets: 2 });
});
