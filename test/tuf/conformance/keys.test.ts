import { describe, expect, test } from "bun:test";
import { follow } from "../follower.ts";
import { createKey, type Json, type KeyType } from "../keys.ts";
import { startRepository } from "../repository.ts";

// The cases of tuf-conformance's test_keys.py, under their own names: see docs/tuf-conformance.md.

test("test_snapshot_does_not_meet_threshold", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  const keys = [createKey(), createKey(), createKey()];
  repository.keys.snapshot = { listed: keys, threshold: 3, signers: keys };
  repository.publish();
  await host.refresh();
  repository.keys.snapshot.signers = keys.slice(1);
  repository.publish("targets", "snapshot", "timestamp");
  expect(await host.refusal()).toBe("signature_invalid");
  expect(host.trusted().snapshot).toBe(2);
});

test("test_snapshot_has_too_few_keys", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  const keys = [createKey(), createKey(), createKey(), createKey(), createKey()];
  repository.keys.snapshot = { listed: keys, threshold: 6, signers: keys };
  repository.publish("root", "snapshot", "timestamp");
  expect(await host.refusal()).toBe("signature_invalid");
  expect(host.trusted()).toEqual({ root: 2, timestamp: 2 });
});

test("test_duplicate_keys", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  const key = createKey();
  repository.keys.snapshot = { listed: Array(9).fill(key), threshold: 6, signers: Array(9).fill(key) };
  repository.publish("root", "snapshot", "timestamp");
  expect(await host.refusal()).toBe("signature_invalid");
  expect(host.trusted().snapshot).toBeUndefined();
});

test("test_duplicate_sig_keyids", async () => {
  await using repository = await startRepository();
  repository.usesHashes = false;
  repository.publish("snapshot", "timestamp");
  repository.edit("metadata/2.snapshot.json", ({ signatures }) => {
    signatures.push(signatures[0]);
  });
  using host = follow(repository);
  expect(await host.refusal()).toBe("signature_invalid");
  expect(host.trusted().snapshot).toBeUndefined();
});

describe("test_keytype_and_scheme", () => {
  test.each<[KeyType, string]>([
    ["rsa", "rsassa-pss-sha256"],
    ["ecdsa", "ecdsa-sha2-nistp256"],
    ["ed25519", "ed25519"],
  ])("%s/%s", async (type, scheme) => {
    await using repository = await startRepository();
    using host = follow(repository);
    const key = createKey(type);
    expect(key.document.scheme).toBe(scheme);
    repository.keys.root.listed.push(key);
    repository.keys.root.signers.push(key);
    repository.keys.root.threshold = 2;
    repository.publish("root");
    await host.refresh();
    expect(host.trusted().root).toBe(2);

    const earlier = repository.file("metadata/2.root.json");
    repository.publish("root");
    repository.edit("metadata/3.root.json", ({ signatures }) => {
      // A signature of this very key, of something else.
      const other = JSON.parse(earlier.toString()).signatures.find(({ keyid }: Json) => keyid === key.id);
      signatures.find(({ keyid }: Json) => keyid === key.id).sig = other.sig;
    });
    expect(await host.refusal()).toBe("signature_invalid");
    expect(host.trusted().root).toBe(2);
  });
});

test("test_invalid_sig_in_valid_metadata", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  const [first] = repository.keys.timestamp.signers;
  const earlier = JSON.parse(repository.file("metadata/timestamp.json").toString()).signatures[0].sig;
  const second = createKey();
  repository.keys.timestamp.listed.push(second);
  repository.keys.timestamp.signers.push(second);
  repository.publish("root", "timestamp");
  for (const bad of [earlier, ""]) {
    repository.edit("metadata/timestamp.json", ({ signatures }) => {
      signatures.find(({ keyid }: Json) => keyid === first?.id).sig = bad;
    });
    await host.refresh();
    repository.publish("timestamp");
  }
  expect(host.trusted().timestamp).toBe(3);
});
