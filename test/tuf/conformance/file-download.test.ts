import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { follow } from "../follower.ts";
import { startRepository, type TestRepository } from "../repository.ts";

// The cases of tuf-conformance's test_file_download.py that apply, under their own names, with realm.json as the
// one file that is downloaded: see docs/tuf-conformance.md.

test("test_client_downloads_expected_file", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  const { pointerBytes } = await host.refresh();
  expect(repository.file("realm.json").equals(pointerBytes)).toBe(true);
});

test("test_repository_substitutes_target_file", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  await host.refresh();
  const kept = readFileSync(join(host.metadataDir, "realm.json"));
  substitute(repository);
  const { pointerBytes } = await host.refresh();
  expect(kept.equals(pointerBytes)).toBe(true);
  host.lose("realm.json");
  expect(await host.refusal()).toBe("signature_invalid");
  expect(existsSync(join(host.metadataDir, "realm.json"))).toBe(false);
});

test("test_multiple_changes_to_target", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  for (let seq = 8; seq < 18; seq += 1) {
    repository.setPointer({ seq });
    repository.publish("targets", "snapshot", "timestamp");
    if (seq % 5 !== 0) continue;
    expect((await host.refresh()).pointer.seq).toBe(seq);
    const kept = readFileSync(join(host.metadataDir, "realm.json"));
    substitute(repository);
    repository.publish("targets", "snapshot", "timestamp");
    await host.refresh();
    expect(readFileSync(join(host.metadataDir, "realm.json")).equals(kept)).toBe(true);
  }
});

describe("test_download_with_hash_algorithms", () => {
  // sha512 alone does not apply: the realm format names files by their SHA-256.
  test.each([[["sha256"]], [["sha256", "sha512"]]])("%p", async (algorithms) => {
    await using repository = await startRepository();
    using host = follow(repository);
    nameHashes(repository, algorithms);
    await host.refresh();
    expect(host.asked().at(-1)).toBe(`${pointerHash(repository, "sha256")}.realm.json`);
  });
});

test("test_download_with_unknown_hash_algorithm", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  const target = repository.signed.targets.targets["realm.json"];
  target.hashes["unknown-hash"] = target.hashes.sha256;
  repository.publish("targets", "snapshot", "timestamp");
  expect(await host.refusal()).toBe("signature_invalid");
  delete target.hashes.sha256;
  repository.publish("targets", "snapshot", "timestamp");
  expect(await host.refusal()).toBe("invalid_document");
});

test("test_artifact_cache", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  await host.refresh();
  await host.refresh();
  expect(host.asked().filter((path) => path.endsWith(".realm.json"))).toHaveLength(1);
});

/** Other bytes under the pointer's name, and under the name that its hash gives it. */
function substitute(repository: TestRepository): void {
  const bytes = Buffer.from(repository.file("realm.json").toString().replace('"acme"', '"evil"'));
  repository.put(`${pointerHash(repository, "sha256")}.realm.json`, bytes);
}

function nameHashes(repository: TestRepository, algorithms: readonly string[]): void {
  const hashes = algorithms.map((algorithm) => [algorithm, pointerHash(repository, algorithm)]);
  repository.signed.targets.targets["realm.json"].hashes = Object.fromEntries(hashes);
  repository.publish("targets", "snapshot", "timestamp");
}

function pointerHash(repository: TestRepository, algorithm: string): string {
  return createHash(algorithm).update(repository.file("realm.json")).digest("hex");
}
