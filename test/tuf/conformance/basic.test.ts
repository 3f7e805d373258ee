import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { follow } from "../follower.ts";
import { createKey } from "../keys.ts";
import { DAY_MS, NOW, startRepository, toExpiry } from "../repository.ts";

// The cases of tuf-conformance's test_basic.py that apply, under their own names: see docs/tuf-conformance.md.

test("test_basic_refresh_requests", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  await host.refresh();
  expect(host.asked().slice(0, 5)).toEqual([
    // The first root is not handed over but pinned by its hash, so it is asked for too.
    "metadata/1.root.json",
    "metadata/2.root.json",
    "metadata/timestamp.json",
    "metadata/1.snapshot.json",
    "metadata/1.targets.json",
  ]);
});

test("test_basic_refresh_trusted_data", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  await host.refresh();
  const files = { root: "1.root", timestamp: "timestamp", snapshot: "1.snapshot", targets: "1.targets" };
  for (const [role, name] of Object.entries(files)) {
    const kept = readFileSync(join(host.metadataDir, `${role}.json`));
    expect(kept.equals(repository.file(`metadata/${name}.json`))).toBe(true);
  }
});

test("test_implicit_refresh", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  repository.signed.targets.targets = {};
  repository.publish("targets", "snapshot", "timestamp");
  expect(await host.refusal()).toBe("invalid_document");
  expect(host.trusted()).toEqual({ root: 1, timestamp: 2, snapshot: 2, targets: 2 });
});

test("test_invalid_initial_root", async () => {
  await using repository = await startRepository();
  repository.edit("metadata/1.root.json", ({ signed }) => {
    delete signed.version;
  });
  using host = follow(repository);
  expect(await host.refusal()).toBe("signature_invalid");
  expect(host.asked()).toEqual(["metadata/1.root.json"]);
});

test("test_unsigned_initial_root", async () => {
  await using repository = await startRepository();
  repository.edit("metadata/1.root.json", ({ signatures }) => {
    signatures[0].sig = "00".repeat(64);
  });
  using host = follow(repository);
  expect(await host.refusal()).toBe("signature_invalid");
  expect(host.asked()).toEqual(["metadata/1.root.json"]);
});

describe("test_unsigned_metadata", () => {
  test.each([
    ["root", { root: 1 }],
    ["timestamp", { root: 2 }],
    ["snapshot", { root: 2, timestamp: 2 }],
    ["targets", { root: 2, timestamp: 2, snapshot: 2 }],
  ] as const)("%s", async (role, trusted) => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.keys[role].signers = [];
    repository.publish();
    expect(await host.refusal()).toBe("signature_invalid");
    expect(host.trusted()).toEqual(trusted);
  });
});

describe("test_url_and_metadata_version_mismatch", () => {
  test.each([
    ["root", { root: 1 }],
    ["snapshot", { root: 2, timestamp: 2 }],
    ["targets", { root: 2, timestamp: 2, snapshot: 2 }],
  ] as const)("%s", async (role, trusted) => {
    await using repository = await startRepository();
    // Under the name of version 2 lies a version 3, properly signed. Hashes would tell as well.
    repository.usesHashes = false;
    using host = follow(repository);
    repository.publish();
    repository.signed[role].version = 3;
    const misnamed = repository.sign(role);
    repository.put(`metadata/2.${role}.json`, misnamed);
    expect(await host.refusal()).toBe("metadata_mismatch");
    expect(host.trusted()).toEqual(trusted);
  });
});

test("test_timestamp_content_changes", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  await host.refresh();
  repository.signed.timestamp.meta["snapshot.json"].version = 100;
  repository.republish("timestamp");
  host.asked();
  await host.refresh();
  expect(host.asked().at(-1)).toBe("metadata/timestamp.json");
  const kept = JSON.parse(readFileSync(join(host.metadataDir, "timestamp.json"), "utf8"));
  expect(kept.signed.meta["snapshot.json"].version).toBe(1);
});

test("test_basic_metadata_hash_support", async () => {
  await using repository = await startRepository();
  repository.usesHashes = true;
  repository.publish("targets", "snapshot", "timestamp");
  using host = follow(repository);
  await host.refresh();
  expect(host.trusted()).toEqual({ root: 1, timestamp: 2, snapshot: 2, targets: 2 });
});

test("test_targets_hash_mismatch", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  await host.refresh();
  repository.publish("targets");
  repository.signed.snapshot.meta["targets.json"].hashes.sha256 = "0".repeat(64);
  repository.publish("snapshot", "timestamp");
  expect(await host.refusal()).toBe("metadata_mismatch");
  expect(host.trusted()).toEqual({ root: 1, timestamp: 2, snapshot: 2, targets: 1 });
});

test("test_snapshot_hash_mismatch", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  await host.refresh();
  repository.publish("snapshot");
  repository.signed.timestamp.meta["snapshot.json"].hashes.sha256 = "0".repeat(64);
  repository.publish("timestamp");
  expect(await host.refusal()).toBe("metadata_mismatch");
  expect(host.trusted()).toEqual({ root: 1, timestamp: 2, snapshot: 1, targets: 1 });
});

test("test_metadata_bytes_match", async () => {
  await using repository = await startRepository();
  const bytes = Buffer.concat([repository.file("metadata/timestamp.json"), Buffer.from(" ")]);
  repository.put("metadata/timestamp.json", bytes);
  using host = follow(repository);
  await host.refresh();
  expect(readFileSync(join(host.metadataDir, "timestamp.json")).equals(bytes)).toBe(true);
});

test("test_custom_fields", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  await host.refresh();
  const key = createKey("ed25519", { "extra-field": { a: 1, b: 2 } });
  repository.keys.root.listed.push(key);
  repository.keys.root.signers.push(key);
  repository.signed.root["custom-field"] = "value";
  repository.publish("root");
  await host.refresh();
  expect(host.trusted().root).toBe(2);
});

test("test_deprecated_keyid_hash_algorithms", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  await host.refresh();
  const key = createKey("ed25519", { keyid_hash_algorithms: "md5" });
  repository.keys.snapshot = { listed: [key], threshold: 1, signers: [key] };
  repository.publish("root", "snapshot", "timestamp");
  await host.refresh();
  expect(host.trusted()).toEqual({ root: 2, timestamp: 2, snapshot: 2, targets: 1 });
});

test("test_snapshot_404", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  await host.refresh();
  repository.signed.timestamp.meta["snapshot.json"].version = 2;
  repository.publish("timestamp");
  expect(await host.refusal()).toBe("metadata_missing");
  expect(host.asked().at(-1)).toBe("metadata/2.snapshot.json");
  expect(host.trusted()).toEqual({ root: 1, timestamp: 2, snapshot: 1, targets: 1 });
});

test("test_targets_404", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  await host.refresh();
  repository.signed.snapshot.meta["targets.json"].version = 2;
  repository.publish("snapshot", "timestamp");
  expect(await host.refusal()).toBe("metadata_missing");
  expect(host.asked().at(-1)).toBe("metadata/2.targets.json");
  expect(host.trusted()).toEqual({ root: 1, timestamp: 2, snapshot: 2, targets: 1 });
});

test("test_timestamp_404", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  await host.refresh();
  repository.server.remove("metadata/timestamp.json");
  expect(await host.refusal()).toBe("unsigned_after_signed");
  expect(host.asked().at(-1)).toBe("metadata/timestamp.json");
});

test("test_incorrect_metadata_type", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  await host.refresh();
  // A snapshot that is a timestamp in all but its type: signed by the timestamp's key too, and naming a snapshot.
  repository.keys.snapshot.signers.push(...repository.keys.timestamp.signers);
  repository.signed.snapshot.meta = { "snapshot.json": { version: 1 } };
  repository.publish("root", "snapshot");
  repository.put("metadata/timestamp.json", repository.file("metadata/2.snapshot.json"));
  expect(await host.refusal()).toBe("signature_invalid");
  expect(host.trusted()).toMatchObject({ root: 2, timestamp: 1 });
});

test("test_faketime", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  repository.signed.root.expires = toExpiry(NOW + 7 * DAY_MS);
  repository.publish("root");
  await host.refresh();
  host.now = NOW + 8 * DAY_MS;
  expect(await host.refusal()).toBe("metadata_expired");
});
