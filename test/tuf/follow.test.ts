import { describe, expect, test } from "bun:test";
import { createRealmClient } from "../../lib/realm-client/client.ts";
import { findFirstRoot } from "../../lib/realm-client/tuf-root.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { startRealmServer } from "../support/realm-server.ts";
import { follow } from "./follower.ts";
import { startRepository } from "./repository.ts";

describe("a signed realm that is pinned", () => {
  test("gives its pointer, and what to remember of it", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    const { trust, root, currentRoot, seq, versions, expiresAt, pointer } = await host.refresh();
    const fingerprint = repository.fingerprint();
    expect({ trust, root, currentRoot, seq, versions }).toEqual({
      trust: "pinned",
      root: fingerprint,
      currentRoot: fingerprint,
      seq: 7,
      versions: { root: 1, timestamp: 1, snapshot: 1, targets: 1 },
    });
    expect(new Date(expiresAt).toISOString()).toBe("2026-12-22T06:00:00.000Z");
    expect(pointer).toMatchObject({ realm: "acme", seq: 7 });
  });

  test("costs two requests when nothing has changed", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    await host.refresh();
    host.asked();
    await host.refresh();
    expect(host.asked()).toEqual(["metadata/2.root.json", "metadata/timestamp.json"]);
  });

  test("costs five requests when the pointer has changed", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    await host.refresh();
    repository.setPointer({ seq: 8 });
    repository.publish("targets", "snapshot", "timestamp");
    host.asked();
    expect((await host.refresh()).pointer.seq).toBe(8);
    expect(host.asked()).toHaveLength(5);
  });

  test("is refused when its first root is another one", async () => {
    await using repository = await startRepository();
    await using impostor = await startRepository();
    using host = follow(repository);
    host.realm = { ...host.realm, url: impostor.server.url };
    expect(await host.refusal()).toBe("root_mismatch");
  });

  test("is taken over under a new first root when a person pins that one", async () => {
    await using repository = await startRepository();
    repository.publish();
    await using successor = await startRepository();
    using host = follow(repository);
    await host.refresh();
    host.realm = { ...host.realm, url: successor.server.url, root: successor.fingerprint() };
    const { root, versions } = await host.refresh();
    expect({ root, versions }).toEqual({
      root: successor.fingerprint(),
      versions: { root: 1, timestamp: 1, snapshot: 1, targets: 1 },
    });
    expect(host.known?.versions.timestamp).toBe(1);
  });
});

describe("a signed realm that is met for the first time", () => {
  test("is trusted on first use, with its fingerprint", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    host.realm = { ...host.realm, root: undefined };
    const { trust, root } = await host.refresh();
    expect({ trust, root }).toEqual({ trust: "first-use", root: repository.fingerprint() });
  });

  test("is held to that fingerprint when its cache is lost", async () => {
    await using repository = await startRepository();
    await using impostor = await startRepository();
    using host = follow(repository);
    host.realm = { ...host.realm, root: undefined };
    await host.refresh();
    host.lose();
    host.realm = { ...host.realm, url: impostor.server.url };
    expect(await host.refusal()).toBe("root_mismatch");
  });

  test("is pinned from the day on which a person names the same root", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    host.realm = { ...host.realm, root: undefined };
    await host.refresh();
    host.realm = { ...host.realm, root: repository.fingerprint() };
    expect((await host.refresh()).trust).toBe("pinned");
  });

  test("is asked for its first root once, and the bytes are used", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    host.realm = { ...host.realm, root: undefined };
    const { fetchBounded } = createRealmClient();
    host.firstRoot = await findFirstRoot(host.realm, fetchBounded);
    await host.refresh();
    expect(host.asked().filter((path) => path === "metadata/1.root.json")).toHaveLength(1);
  });
});

describe("an object store that may not list its folders and answers 403 for what is not there", () => {
  const forbidden = { kind: "status", status: 403 } as const;

  test("ends the search for a next root", async () => {
    await using repository = await startRepository();
    repository.server.misbehave("metadata/2.root.json", forbidden);
    using host = follow(repository);
    expect((await host.refresh()).versions.root).toBe(1);
  });

  test("has no first root", async () => {
    await using repository = await startRepository();
    repository.server.misbehave("metadata/1.root.json", forbidden);
    using host = follow(repository);
    expect(await host.refusal()).toBe("signature_required");
  });

  test("is an error for any other file", async () => {
    await using repository = await startRepository();
    repository.server.misbehave("metadata/timestamp.json", forbidden);
    using host = follow(repository);
    expect(await host.refusal()).toBe("http_status");
  });
});

describe("a realm that is asked whether it is signed", () => {
  const ask = (url: string) => findFirstRoot({ id: "acme", url }, createRealmClient().fetchBounded);

  test("shows its first root", async () => {
    await using repository = await startRepository();
    const found = await ask(repository.server.url);
    expect(found === undefined ? "none" : sha256Hex(found)).toBe(repository.fingerprint());
  });

  test.each([
    ["404", undefined],
    ["a page and 200, as hosts of one-page programs do", { kind: "captive-portal" }],
    ["nothing and 200", { kind: "empty" }],
  ] as const)("is not signed when the host answers %s", async (_name, behaviour) => {
    await using server = await startRealmServer();
    server.misbehave("metadata/1.root.json", behaviour);
    expect(await ask(server.url)).toBeUndefined();
  });
});
