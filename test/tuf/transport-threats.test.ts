import { describe, expect, test } from "bun:test";
import { RealmError } from "../../lib/errors.ts";
import { startRealmServer } from "../support/realm-server.ts";
import { follow } from "./follower.ts";
import { startRepository } from "./repository.ts";

describe("a host that answers 200 for what does not exist", () => {
  test.each([
    ["a page", "<!doctype html><title>Realm</title>"],
    ["a page of more than 64 KiB", `<!doctype html>${" ".repeat(70_000)}`],
    ["nothing", ""],
    ["other JSON", '{"format":1}'],
    ["a list", "[]"],
  ])("and sends %s breaks the search for the next root, and is told so", async (_name, body) => {
    await using repository = await startRepository();
    repository.server.set("metadata/2.root.json", body);
    using host = follow(repository);
    const error = await host.refresh().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RealmError);
    expect(error).toHaveProperty("code", "root_probe_broken");
    expect(error).toHaveProperty("message", expect.stringContaining("answers 200 for metadata/2.root.json"));
    expect(host.asked().at(-1)).toBe("metadata/2.root.json");
  });

  test("and sends a page for the timestamp is a login page, as anywhere", async () => {
    await using repository = await startRepository();
    repository.server.misbehave("metadata/timestamp.json", { kind: "captive-portal" });
    using host = follow(repository);
    expect(await host.refusal()).toBe("not_json");
  });
});

describe("endless data", () => {
  test.each([
    ["metadata/1.root.json", "too_large"],
    ["metadata/2.root.json", "root_probe_broken"],
    ["metadata/timestamp.json", "too_large"],
    ["metadata/1.snapshot.json", "too_large"],
    ["metadata/1.targets.json", "too_large"],
  ])("at %s is cut off", async (path, code) => {
    await using repository = await startRepository();
    repository.server.misbehave(path, { kind: "endless" });
    using host = follow(repository);
    expect(await host.refusal()).toBe(code);
    await repository.server.allClosed();
  });

  test("at the pointer is cut off", async () => {
    await using repository = await startRepository();
    for (const path of repository.paths()) {
      if (path.endsWith(".realm.json")) repository.server.misbehave(path, { kind: "endless" });
    }
    using host = follow(repository);
    expect(await host.refusal()).toBe("too_large");
    await repository.server.allClosed();
  });

  test("behind gzip is cut off", async () => {
    await using repository = await startRepository();
    repository.server.misbehave("metadata/timestamp.json", { kind: "gzip-bomb", inflatedBytes: 10_000_000 });
    using host = follow(repository);
    expect(await host.refusal()).toBe("too_large");
  });

  test("is not asked for, whatever length the keys sign for the pointer", async () => {
    await using repository = await startRepository();
    repository.signed.targets.targets["realm.json"].length = 64 * 1024 + 1;
    repository.publish("targets", "snapshot", "timestamp");
    using host = follow(repository);
    expect(await host.refusal()).toBe("too_large");
    expect(host.asked().at(-1)).toBe("metadata/2.targets.json");
  });

  test("is not asked for either where the keys sign it for the targets", async () => {
    await using repository = await startRepository();
    repository.signed.snapshot.meta["targets.json"].length = 10_000_000;
    repository.publish("snapshot", "timestamp");
    repository.server.misbehave("metadata/1.targets.json", { kind: "endless", totalBytes: 1_000_000 });
    using host = follow(repository);
    expect(await host.refusal()).toBe("too_large");
  });

  test("in depth is refused before it is parsed", async () => {
    await using repository = await startRepository();
    using host = follow(repository);
    repository.put("metadata/timestamp.json", Buffer.from(`{"signed":${"[".repeat(10_000)}`));
    expect(await host.refusal()).toBe("too_large");
  });
});

describe("slow data", () => {
  const paths = ["metadata/2.root.json", "metadata/timestamp.json", "metadata/1.snapshot.json"];

  test.each(paths)("at %s, a byte now and then, is given up", async (path) => {
    await using repository = await startRepository();
    repository.publish("root");
    repository.server.misbehave(path, { kind: "drip", everyMs: 10 });
    using host = follow(repository, { limits: { slowWindowMs: 50 } });
    expect(await host.refusal()).toBe("too_slow");
    await repository.server.allClosed();
  });

  test.each(paths)("at %s, whose headers never come, is given up", async (path) => {
    await using repository = await startRepository();
    repository.publish("root");
    repository.server.misbehave(path, { kind: "no-headers" });
    using host = follow(repository, { limits: { headersTimeoutMs: 50 } });
    expect(await host.refusal()).toBe("timeout");
    await repository.server.allClosed();
  });
});

describe("the way to a realm", () => {
  test("is not tried again and again: a server that fails is asked once", async () => {
    await using repository = await startRepository();
    repository.server.misbehave("metadata/timestamp.json", { kind: "status", status: 500 });
    using host = follow(repository);
    expect(await host.refusal()).toBe("http_status");
    expect(host.asked().filter((path) => path === "metadata/timestamp.json")).toHaveLength(1);
  });

  test("that breaks at the snapshot is an error of the network, and not of the signatures", async () => {
    await using repository = await startRepository();
    repository.server.misbehave("metadata/1.snapshot.json", { kind: "hang-up" });
    using host = follow(repository);
    expect(await host.refusal()).toBe("network");
  });

  test("takes the API key along to the realm's own origin, and to no other", async () => {
    await using repository = await startRepository();
    await using elsewhere = await startRealmServer({ "t.json": repository.file("metadata/timestamp.json") });
    repository.server.misbehave("metadata/timestamp.json", {
      kind: "redirect",
      to: `${elsewhere.url}/t.json`,
    });
    using host = follow(repository);
    host.realm = { ...host.realm, apiKey: "secret-of-acme" };
    await host.refresh();
    const own = repository.server.requests.map(({ headers }) => headers.authorization);
    expect(new Set(own)).toEqual(new Set(["Bearer secret-of-acme"]));
    expect(elsewhere.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  test("never leads out of http", async () => {
    await using repository = await startRepository();
    repository.server.misbehave("metadata/timestamp.json", { kind: "redirect", to: "file:///etc/hostname" });
    using host = follow(repository);
    expect(await host.refusal()).toBe("redirect_refused");
  });

  test("is left at once when the caller gives up, with the caller's reason", async () => {
    await using repository = await startRepository();
    repository.server.misbehave("metadata/1.snapshot.json", { kind: "no-headers" });
    using host = follow(repository);
    const controller = new AbortController();
    const refreshed = host.refresh(controller.signal).catch((reason: unknown) => reason);
    while (!repository.server.requests.some(({ path }) => path.endsWith("snapshot.json"))) await Bun.sleep(1);
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await refreshed).toBe(reason);
    await repository.server.allClosed();
  });
});

describe("metadata that is more than a realm's", () => {
  test("with delegations leads to no file of theirs", async () => {
    await using repository = await startRepository();
    const [key] = repository.keys.targets.listed;
    repository.signed.targets.targets = {};
    repository.signed.targets.delegations = {
      keys: { [key?.id ?? ""]: key?.document },
      roles: [{ name: "../evil", keyids: [key?.id], threshold: 1, terminating: false, paths: ["*"] }],
    };
    repository.signed.snapshot.meta["../evil.json"] = { version: 1 };
    repository.publish("targets", "snapshot", "timestamp");
    using host = follow(repository);
    expect(await host.refusal()).toBe("invalid_document");
    expect(host.asked().at(-1)).toBe("metadata/2.targets.json");
  });

  test("without consistent snapshots is refused", async () => {
    await using repository = await startRepository();
    repository.signed.root.consistent_snapshot = false;
    repository.publish("root");
    using host = follow(repository);
    expect(await host.refusal()).toBe("invalid_document");
    expect(host.asked().at(-1)).toBe("metadata/timestamp.json");
  });
});
