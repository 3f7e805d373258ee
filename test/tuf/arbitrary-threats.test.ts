import { describe, expect, test } from "bun:test";
import { follow } from "./follower.ts";
import { createKey } from "./keys.ts";
import { startRepository, type TestRepository } from "./repository.ts";

describe("an unsigned pointer", () => {
  test("is refused from a realm that is pinned", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    removeMetadata(repository);
    expect(await host.refusal()).toBe("signature_required");
    expect(host.asked()).toEqual(["metadata/1.root.json"]);
  });

  test("is refused from a realm that was signed before, pinned or not", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    host.realm = { ...host.realm, root: undefined };
    await host.refresh();
    removeMetadata(repository);
    expect(await host.refusal()).toBe("unsigned_after_signed");
  });

  test("is refused from such a realm when its cache is lost too", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    host.realm = { ...host.realm, root: undefined };
    await host.refresh();
    removeMetadata(repository);
    host.lose();
    expect(await host.refusal()).toBe("unsigned_after_signed");
  });

  test("is not read where the signed one is changed on the host", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.put("realm.json", Buffer.from("{}"));
    expect((await host.refresh()).pointer.seq).toBe(7);
    expect(host.asked()).not.toContain("realm.json");
  });
});

describe("an unknown key", () => {
  test.each(["timestamp", "snapshot", "targets"] as const)("signs nothing for %s", async (role) => {
    await using repository = await startRepository();
    using host = follow(repository);
    await host.refresh();
    repository.keys[role].signers = [createKey()];
    repository.publish("targets", "snapshot", "timestamp");
    expect(await host.refusal()).toBe("signature_invalid");
  });

  test("signs nothing under the name of a known one", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    const [known] = repository.keys.timestamp.signers;
    repository.keys.timestamp.signers = [{ ...createKey(), id: known?.id ?? "" }];
    repository.publish("timestamp");
    expect(await host.refusal()).toBe("signature_invalid");
  });
});

describe("a right signature", () => {
  test("on the pointer of another realm is refused", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.setPointer({ realm: "other" });
    repository.publish("targets", "snapshot", "timestamp");
    expect(await host.refusal()).toBe("wrong_realm");
  });

  test.each([
    [
      "a realm with its rows inside",
      { katas: [], base: undefined, deltas: undefined, state: undefined, rows: undefined },
    ],
    ["a number that is no publish number", { seq: -1 }],
    ["a publish number with a fraction", { seq: 1.5 }],
    ["a publish number that is text", { seq: "7" }],
    ["a publish number beyond what is exact", { seq: 2 ** 53 }],
    ["another format", { format: 2 }],
  ])("on %s does not make it readable", async (_name, changes) => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.setPointer(changes);
    repository.publish("targets", "snapshot", "timestamp");
    expect(await host.refusal()).toBe("invalid_document");
  });

  test("on bytes of another length is refused, though the hash is right", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.signed.targets.targets["realm.json"].length += 1;
    repository.publish("targets", "snapshot", "timestamp");
    expect(await host.refusal()).toBe("signature_invalid");
  });
});

describe("a file in the place of another", () => {
  test("the root as timestamp is refused, though the timestamp's key signed it", async () => {
    await using repository = await startRepository();
    repository.keys.root.signers.push(...repository.keys.timestamp.signers);
    repository.publish("root");
    using host = follow(repository);
    repository.put("metadata/timestamp.json", repository.file("metadata/2.root.json"));
    expect(await host.refusal()).toBe("signature_invalid");
    expect(host.trusted()).toEqual({ root: 2 });
  });

  test.each(["targets", "snapshot"] as const)("%s as the next root is refused", async (role) => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.keys[role].signers.push(...repository.keys.root.signers);
    repository.signed[role].version = 2;
    repository.put("metadata/2.root.json", repository.sign(role));
    expect(await host.refusal()).toBe("signature_invalid");
  });
});

describe("one flipped bit", () => {
  // Without hashes in snapshot and timestamp, so that only the signature can tell.
  test.each([
    ["metadata/2.root.json", "signature_invalid"],
    ["metadata/timestamp.json", "signature_invalid"],
    ["metadata/2.snapshot.json", "signature_invalid"],
    ["metadata/2.targets.json", "signature_invalid"],
  ])("in what %s says", async (path, code) => {
    await using repository = await startRepository();
    repository.usesHashes = false;
    repository.publish();
    using host = follow(repository);
    const text = repository.file(path).toString();
    // 2026 and 2027 differ in one bit, and a later end would be worth something.
    expect(text).toContain('"expires":"2026');
    repository.put(path, Buffer.from(text.replace('"expires":"2026', '"expires":"2027')));
    expect(await host.refusal()).toBe(code);
  });

  test("in a snapshot is told by its hash alone, when its own key signed it anew", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.signed.snapshot.expires = "2027-12-22T06:00:00Z";
    repository.put("metadata/1.snapshot.json", repository.sign("snapshot"));
    expect(await host.refusal()).toBe("metadata_mismatch");
  });

  test("in the pointer is told by the hash that is signed", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    const [path = ""] = [...repository.paths()].filter((one) => one.endsWith(".realm.json"));
    const bytes = Buffer.from(repository.file(path));
    bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
    repository.put(path, bytes);
    expect(await host.refusal()).toBe("signature_invalid");
  });
});

function removeMetadata(repository: TestRepository): void {
  for (const path of repository.paths()) if (path.startsWith("metadata/")) repository.server.remove(path);
}
