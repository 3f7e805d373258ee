import { describe, expect, test } from "bun:test";
import { createRealmClient } from "../../lib/realm-client/client.ts";
import { startRealmServer } from "../support/realm-server.ts";
import { acme, refusal, refusalBy } from "./support.ts";

const limits = { maxBytes: 10 };

describe("any file of a realm", () => {
  test("is given as it is up to its limit, and one byte more is too_large", async () => {
    await using server = await startRealmServer({ "metadata/a.json": "0123456789" });
    const client = createRealmClient();
    const bytes = await client.fetchBounded(acme(server), "metadata/a.json", limits);
    expect(new TextDecoder().decode(bytes)).toBe("0123456789");
    const work = client.fetchBounded(acme(server), "metadata/a.json", { maxBytes: 9 });
    await refusalBy(server, work, "too_large");
  });

  test("that does not exist is undefined", async () => {
    await using server = await startRealmServer();
    expect(await createRealmClient().fetchBounded(acme(server), "a.json", limits)).toBeUndefined();
  });

  test("that does not come in its own time is timeout", async () => {
    await using server = await startRealmServer(
      { "a.json": "0123456789" },
      { "a.json": { kind: "drip", everyMs: 20 } },
    );
    const work = createRealmClient().fetchBounded(acme(server), "a.json", { maxBytes: 10, timeoutMs: 40 });
    await refusalBy(server, work, "timeout");
  });

  test("tells what time the host says it is", async () => {
    await using server = await startRealmServer({ "a.json": "{}" });
    server.misbehave("a.json", { kind: "headers", headers: { date: "Sun, 22 Nov 2026 06:00:00 GMT" } });
    const times: number[] = [];
    const noteHostTime = (ms: number) => void times.push(ms);
    await createRealmClient().fetchBounded(acme(server), "a.json", { ...limits, noteHostTime });
    expect(times).toEqual([Date.parse("2026-11-22T06:00:00Z")]);
  });

  test.each([
    ["../secret"],
    ["metadata/../../secret"],
    ["/etc/passwd"],
    ["//evil.example/a"],
    ["a?b"],
    ["a#b"],
    ["a%2e%2e"],
    ["a\\b"],
    [".hidden"],
    [""],
    ["a//b"],
    ["https://evil.example/a"],
  ])("under the path %p is invalid_url and nothing is sent", async (path) => {
    const client = createRealmClient({ fetch: () => Promise.reject(new Error("nothing may be sent")) });
    const realm = { id: "acme", url: "https://realm.example" };
    await refusal(client.fetchBounded(realm, path, limits), "invalid_url");
  });
});
