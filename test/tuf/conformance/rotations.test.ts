import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { follow } from "../follower.ts";
import { createKey, type TestKey } from "../keys.ts";
import { type RoleKeys, startRepository } from "../repository.ts";

// The cases of tuf-conformance's test_updater_key_rotations.py, under their own names and with their own numbers:
// see docs/tuf-conformance.md. `keys` are listed, `sigs` sign.

interface Version {
  keys: number[];
  threshold: number;
  sigs: number[];
  isRefused?: true;
}

const five = [0, 1, 2, 3, 4];
const other = [0, 1, 3, 4, 5];

const rootRotations: Record<string, Version[]> = {
  "1-of-1-key-rotation": [
    { keys: [1], threshold: 1, sigs: [1] },
    { keys: [2], threshold: 1, sigs: [2, 1] },
    { keys: [2], threshold: 1, sigs: [2] },
  ],
  "1-of-1-key-rotation-unused-signatures": [
    { keys: [1], threshold: 1, sigs: [3, 1, 4] },
    { keys: [2], threshold: 1, sigs: [3, 2, 1, 4] },
    { keys: [2], threshold: 1, sigs: [3, 2, 4] },
  ],
  "3-of-5-sign-with-different-keycombos": [
    { keys: five, threshold: 3, sigs: [0, 2, 4] },
    { keys: five, threshold: 3, sigs: [0, 4, 1] },
    { keys: five, threshold: 3, sigs: [0, 1, 3] },
    { keys: five, threshold: 3, sigs: [0, 1, 3] },
  ],
  "3-of-5-one-key-rotated": [
    { keys: five, threshold: 3, sigs: [0, 2, 4] },
    { keys: other, threshold: 3, sigs: [0, 4, 1] },
  ],
  "3-of-5-one-key-rotated-with-intermediate-step": [
    { keys: five, threshold: 3, sigs: [0, 2, 4] },
    { keys: other, threshold: 3, sigs: [0, 2, 4, 5] },
    { keys: other, threshold: 3, sigs: [0, 4, 5] },
  ],
  "3-of-5-all-keys-rotated-with-intermediate-step": [
    { keys: five, threshold: 3, sigs: [0, 2, 4] },
    { keys: [5, 6, 7, 8, 9], threshold: 3, sigs: [0, 2, 4, 5, 6, 7] },
    { keys: [5, 6, 7, 8, 9], threshold: 3, sigs: [5, 6, 7] },
  ],
  "1-of-3-threshold-increase-to-2-of-3": [
    { keys: [1, 2, 3], threshold: 1, sigs: [1] },
    { keys: [1, 2, 3], threshold: 2, sigs: [1, 2] },
  ],
  "2-of-3-threshold-decrease-to-1-of-3": [
    { keys: [1, 2, 3], threshold: 2, sigs: [1, 2] },
    { keys: [1, 2, 3], threshold: 1, sigs: [1, 2] },
    { keys: [1, 2, 3], threshold: 1, sigs: [1] },
  ],
  "1-of-2-threshold-increase-to-2-of-2": [
    { keys: [1], threshold: 1, sigs: [1] },
    { keys: [1, 2], threshold: 2, sigs: [1, 2] },
  ],
  "1-of-1-key-rotation-fail-not-signed-with-old-key": [
    { keys: [1], threshold: 1, sigs: [1] },
    { keys: [2], threshold: 1, sigs: [2, 3, 4], isRefused: true },
  ],
  "1-of-1-key-rotation-fail-not-signed-with-new-key": [
    { keys: [1], threshold: 1, sigs: [1] },
    { keys: [2], threshold: 1, sigs: [1, 3, 4], isRefused: true },
  ],
  "3-of-5-one-key-rotate-fails-not-signed-with-3-new-keys": [
    { keys: five, threshold: 3, sigs: [0, 2, 4] },
    { keys: other, threshold: 3, sigs: [0, 2, 4], isRefused: true },
  ],
  "3-of-5-one-key-rotate-fails-not-signed-with-3-old-keys": [
    { keys: five, threshold: 3, sigs: [0, 2, 4] },
    { keys: other, threshold: 3, sigs: [0, 4, 5], isRefused: true },
  ],
  "1-of-3-threshold-bump-to-2-of-3-fails-new-threshold-not-reached": [
    { keys: [1, 2, 3], threshold: 1, sigs: [1] },
    { keys: [1, 2, 3], threshold: 2, sigs: [2], isRefused: true },
  ],
  "2-of-3-threshold-decr-to-1-of-3-fails-old-threshold-not-eached": [
    { keys: [1, 2, 3], threshold: 2, sigs: [1, 2] },
    { keys: [1, 2, 3], threshold: 1, sigs: [1], isRefused: true },
  ],
};

const otherRotations: Record<string, Version> = {
  "1-of-1-key-rotation": { keys: [2], threshold: 1, sigs: [2] },
  "1-of-1-key-rotation-unused-signatures": { keys: [1], threshold: 1, sigs: [3, 1, 4] },
  "1-of-1-key-rotation-fail-not-signed-with-new-key": {
    keys: [2],
    threshold: 1,
    sigs: [1, 3, 4],
    isRefused: true,
  },
  "3-of-5-one-key-signature-wrong-not-signed-with-3-expected-keys": {
    keys: other,
    threshold: 3,
    sigs: [0, 2, 4],
    isRefused: true,
  },
  "2-of-5-one-key-signature-mising-threshold-not-reached": {
    keys: other,
    threshold: 3,
    sigs: [0, 4],
    isRefused: true,
  },
  "3-of-5-sign-first-combo": { keys: five, threshold: 3, sigs: [0, 2, 4] },
  "3-of-5-sign-second-combo": { keys: five, threshold: 3, sigs: [0, 4, 1] },
  "3-of-5-sign-third-combo": { keys: five, threshold: 3, sigs: [0, 1, 3] },
  "3-of-5-sign-fourth-combo": { keys: five, threshold: 3, sigs: [1, 2, 3] },
  "3-of-5-sign-fifth-combo": { keys: five, threshold: 3, sigs: [2, 3, 4] },
};

describe("test_root_rotation", () => {
  test.each(Object.entries(rootRotations))("%s", async (_name, versions) => {
    const keys = tenKeys();
    const [first, ...others] = versions;
    await using repository = await startRepository(
      first === undefined ? {} : { root: toRoleKeys(first, keys) },
    );
    using host = follow(repository);
    for (const version of others) {
      repository.keys.root = toRoleKeys(version, keys);
      repository.publish("root");
    }
    const isRefused = versions.at(-1)?.isRefused === true;
    if (isRefused) expect(await host.refusal()).toBe("signature_invalid");
    else await host.refresh();
    const expected = repository.file(`metadata/${versions.length - (isRefused ? 1 : 0)}.root.json`);
    expect(readFileSync(join(host.metadataDir, "root.json")).equals(expected)).toBe(true);
  });
});

describe("test_non_root_rotations", () => {
  test.each(Object.entries(otherRotations))("%s", async (_name, version) => {
    const keys = tenKeys();
    await using repository = await startRepository();
    using host = follow(repository);
    for (const role of ["timestamp", "snapshot", "targets"] as const) {
      repository.keys[role] = toRoleKeys(version, keys);
      repository.publish();
      if (version.isRefused === true) {
        expect(await host.refusal()).toBe("signature_invalid");
      } else {
        await host.refresh();
        const published = role === "timestamp" ? "timestamp" : `${repository.signed[role].version}.${role}`;
        const kept = readFileSync(join(host.metadataDir, `${role}.json`));
        expect(kept.equals(repository.file(`metadata/${published}.json`))).toBe(true);
      }
    }
  });
});

function tenKeys(): TestKey[] {
  return Array.from({ length: 10 }, () => createKey());
}

function toRoleKeys({ keys, threshold, sigs }: Version, all: readonly TestKey[]): RoleKeys {
  const pick = (indexes: number[]) => indexes.flatMap((index) => all[index] ?? []);
  return { listed: pick(keys), threshold, signers: pick(sigs) };
}
