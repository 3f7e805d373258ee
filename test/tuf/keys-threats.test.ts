import { describe, expect, test } from "bun:test";
import { follow } from "./follower.ts";
import { createKey } from "./keys.ts";
import { ROLES, startRepository } from "./repository.ts";

describe("a role that needs two keys", () => {
  test.each(ROLES)("is refused with one: %s", async (role) => {
    const keys = [createKey(), createKey()];
    await using repository = await startRepository({ [role]: { listed: keys, threshold: 2, signers: keys } });
    using host = follow(repository);
    await host.refresh();
    repository.keys[role].signers = keys.slice(1);
    repository.publish();
    expect(await host.refusal()).toBe("signature_invalid");
  });

  test.each(ROLES)("is refused with one that is listed nine times: %s", async (role) => {
    const key = createKey();
    await using repository = await startRepository();
    using host = follow(repository);
    const nine = Array(9).fill(key);
    repository.keys[role] = { listed: nine, threshold: 2, signers: [...repository.keys[role].signers, key] };
    repository.publish();
    expect(await host.refusal()).toBe("signature_invalid");
  });
});

describe("a root key that is replaced", () => {
  test.each([
    ["only by the old key", (old: unknown, _next: unknown) => [old]],
    ["only by the new key", (_old: unknown, next: unknown) => [next]],
  ])("is refused when the next root is signed %s", async (_name, pick) => {
    await using repository = await startRepository();
    using host = follow(repository);
    await host.refresh();
    const [old] = repository.keys.root.signers;
    repository.rotateKeys("root");
    const [next] = repository.keys.root.signers;
    repository.keys.root.signers = pick(old, next) as typeof repository.keys.root.signers;
    repository.publish("root");
    expect(await host.refusal()).toBe("signature_invalid");
    expect(host.trusted().root).toBe(1);
  });

  test("three times while a host was offline is followed step by step", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    await host.refresh();
    for (let rotation = 0; rotation < 3; rotation += 1) {
      const old = repository.keys.root.signers;
      repository.rotateKeys("root");
      const next = repository.keys.root.signers;
      repository.keys.root.signers = [...old, ...next];
      repository.publish("root");
      repository.keys.root.signers = next;
    }
    expect((await host.refresh()).versions.root).toBe(4);
  });

  test("is refused when a root between is missing", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    await host.refresh();
    repository.publish("root");
    repository.rotateKeys("timestamp");
    repository.publish("root", "timestamp");
    repository.server.remove("metadata/2.root.json");
    // Without the roots, the timestamp's new key is one that nobody knows.
    expect(await host.refusal()).toBe("signature_invalid");
  });
});

test.each(["timestamp", "snapshot", "targets"] as const)(
  "a revoked key of %s signs nothing any more",
  async (role) => {
    await using repository = await startRepository();
    using host = follow(repository);
    await host.refresh();
    const leaked = repository.keys[role].signers;
    repository.rotateKeys(role);
    repository.publish();
    await host.refresh();
    repository.keys[role].signers = leaked;
    repository.publish("targets", "snapshot", "timestamp");
    expect(await host.refusal()).toBe("signature_invalid");
  },
);

describe("a malformed key", () => {
  const malformed = {
    "no hex": { keytype: "ed25519", scheme: "ed25519", keyval: { public: "not hex" } },
    "hex of the wrong length": { keytype: "ed25519", scheme: "ed25519", keyval: { public: "abcd" } },
    empty: { keytype: "ed25519", scheme: "ed25519", keyval: { public: "" } },
    "no public part": { keytype: "ed25519", scheme: "ed25519", keyval: {} },
    "half a PEM": {
      keytype: "rsa",
      scheme: "rsassa-pss-sha256",
      keyval: { public: "-----BEGIN PUBLIC KEY-----" },
    },
    "an unknown type": { keytype: "rot13", scheme: "rot13", keyval: { public: "00" } },
    "a scheme of another type": { keytype: "ed25519", scheme: "rsassa-pss-sha256", keyval: { public: "00" } },
  };

  test.each(Object.entries(malformed))(
    "with %s does not count, and does not get past the verifier",
    async (_name, document) => {
      await using repository = await startRepository();
      using host = follow(repository);
      const key = { ...createKey(), document };
      repository.keys.timestamp = { listed: [key], threshold: 1, signers: [key] };
      repository.publish("root", "timestamp");
      expect(await host.refusal()).toBe("signature_invalid");
    },
  );

  test.each(Object.entries(malformed))("with %s beside a good one does no harm", async (_name, document) => {
    await using repository = await startRepository();
    using host = follow(repository);
    const key = { ...createKey(), document };
    repository.keys.timestamp.listed.unshift(key);
    repository.keys.timestamp.signers.unshift(key);
    repository.publish("root", "timestamp");
    expect((await host.refresh()).versions.timestamp).toBe(2);
  });

  test.each([
    ["null", null],
    ["a text", "key"],
    ["a list", []],
  ])("that is %s makes the root unreadable, which is an error like any other", async (_name, document) => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.publish("root");
    repository.signed.root.keys["00"] = document;
    repository.put("metadata/2.root.json", repository.sign("root"));
    expect(await host.refusal()).toBe("signature_invalid");
  });
});

test("signatures in such numbers that they fill more than a file may have are refused unread", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  repository.edit("metadata/timestamp.json", ({ signatures }) => {
    for (let index = 0; index < 100_000; index += 1) signatures.push({ keyid: String(index), sig: "00" });
  });
  expect(await host.refusal()).toBe("too_large");
});
