import { describe, expect, test } from "bun:test";
import { createRealmClient } from "../../lib/realm-client/client.ts";
import { defaultLimits } from "../../lib/realm-client/limits.ts";
import { startRealmServer } from "../support/realm-server.ts";
import { acme, createHoldingFetch, fetchPointer, realmJson, refusalBy, row } from "./support.ts";

const sourceHash = "a".repeat(64);
const MiB = 1024 * 1024;

describe("bodies", () => {
  test("a pointer without an end is too_large", async () => {
    await using server = await startRealmServer({}, { "*": { kind: "endless" } });

    await refusalBy(server, fetchPointer(server), "too_large");
  });

  test("a gigabyte of spaces is too_large, and is not read", async () => {
    await using server = await startRealmServer({}, { "*": { kind: "endless", totalBytes: 1024 * MiB } });
    const before = process.memoryUsage().rss;

    await refusalBy(server, fetchPointer(server), "too_large");

    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MiB);
  });

  test("a source without an end is too_large", async () => {
    await using server = await startRealmServer({}, { "*": { kind: "endless" } });

    await refusalBy(server, createRealmClient().fetchSource(acme(server), sourceHash), "too_large");
  });

  test.each([
    ["missing file", 404, "not_found"],
    ["failure", 500, "http_status"],
    ["redirect", 302, "redirect_refused"],
  ] as const)(
    "the endless page of a %s is not read, and its connection is closed",
    async (_what, status, code) => {
      await using server = await startRealmServer({}, { "*": { kind: "endless", status } });

      await refusalBy(server, fetchPointer(server, { fetch: createHoldingFetch() }), code);
    },
  );

  test("the endless page of a redirect that is followed is closed as well", async () => {
    await using server = await startRealmServer({ "x.json": realmJson() });
    server.misbehave("realm.json", { kind: "endless", status: 302, headers: { location: "/x.json" } });

    expect(await fetchPointer(server, { fetch: createHoldingFetch() })).toMatchObject({ katas: [row()] });
    await server.allClosed();
  });

  test("the endless body of an unknown encoding is not read, and its connection is closed", async () => {
    await using server = await startRealmServer();
    server.misbehave("*", { kind: "endless", headers: { "content-encoding": "br" } });

    await refusalBy(server, fetchPointer(server, { fetch: createHoldingFetch() }), "unsupported_encoding");
  });

  test("a pointer of exactly the limit is read and one byte more is too_large", async () => {
    const document = JSON.stringify(realmJson());
    await using server = await startRealmServer({ "realm.json": document });
    const read = (maxOneFileBytes: number) => fetchPointer(server, { limits: { maxOneFileBytes } });

    expect(await read(document.length)).toMatchObject({ kind: "one-file" });
    await refusalBy(server, read(document.length - 1), "too_large");
  });

  test("the largest source is read and one byte more is too_large", async () => {
    await using server = await startRealmServer({ [`katas/${sourceHash}.kata`]: new Uint8Array(256 * 1024) });
    const read = () => createRealmClient().fetchSource(acme(server), sourceHash);

    expect((await read()).length).toBe(256 * 1024);
    server.set(`katas/${sourceHash}.kata`, new Uint8Array(256 * 1024 + 1));
    await refusalBy(server, read(), "too_large");
  });

  test("a content-length is a claim: one that is too small hides nothing", async () => {
    const document = JSON.stringify(realmJson());
    await using server = await startRealmServer({ "realm.json": document });
    server.misbehave("realm.json", { kind: "headers", headers: { "content-length": "5" } });

    await refusalBy(server, fetchPointer(server), "not_json");
  });

  test("a realm of four megabytes is read", async () => {
    const katas = Array.from({ length: 5000 }, (_, index) =>
      row({ version: `v${index + 1}`, description: "plain words ".repeat(20) }),
    );
    await using server = await startRealmServer({ "realm.json": realmJson({ katas }) });

    const fetched = await fetchPointer(server);

    expect(fetched.kind === "one-file" ? fetched.katas.length : 0).toBe(5000);
  });
});

describe("compressed bodies", () => {
  test("a gzip bomb is too_large, though it is small on the wire", async () => {
    await using server = await startRealmServer({}, { "*": { kind: "gzip-bomb", inflatedBytes: 64 * MiB } });
    const before = process.memoryUsage().rss;

    await refusalBy(server, fetchPointer(server), "too_large");

    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MiB);
  });

  test("a pointer that inflates to exactly the limit is read and one byte more is too_large", async () => {
    const document = JSON.stringify(realmJson({ katas: [row({ description: "x".repeat(280) })] }));
    await using server = await startRealmServer(
      { "realm.json": document },
      { "realm.json": { kind: "gzip" } },
    );
    const read = (maxOneFileBytes: number) => fetchPointer(server, { limits: { maxOneFileBytes } });

    expect(await read(document.length)).toMatchObject({ kind: "one-file" });
    await refusalBy(server, read(document.length - 1), "too_large");
  });

  test("a source that inflates to more than 256 KiB is too_large", async () => {
    await using server = await startRealmServer(
      {},
      { "*": { kind: "gzip-bomb", inflatedBytes: 256 * 1024 + 1 } },
    );

    await refusalBy(server, createRealmClient().fetchSource(acme(server), sourceHash), "too_large");
  });

  test.each([["br"], ["zstd"], ["deflate"], ["gzip, gzip"], ["compress"]])(
    "content-encoding %s is unsupported_encoding",
    async (encoding) => {
      await using server = await startRealmServer({ "realm.json": realmJson() });
      server.misbehave("realm.json", { kind: "headers", headers: { "content-encoding": encoding } });

      await refusalBy(server, fetchPointer(server), "unsupported_encoding");
    },
  );

  test("content-encoding identity is plain bytes", async () => {
    await using server = await startRealmServer({ "realm.json": realmJson() });
    server.misbehave("realm.json", { kind: "headers", headers: { "content-encoding": "identity" } });

    expect(await fetchPointer(server)).toMatchObject({ katas: [row()] });
  });

  test("plain bytes that are called gzip are unsupported_encoding", async () => {
    await using server = await startRealmServer({ "realm.json": realmJson() });
    server.misbehave("realm.json", { kind: "headers", headers: { "content-encoding": "gzip" } });

    await refusalBy(server, fetchPointer(server), "unsupported_encoding");
  });
});

describe("cut connections", () => {
  test.each([[0], [1], [50]])("a body cut after %d bytes is network", async (afterBytes) => {
    await using server = await startRealmServer({ "realm.json": realmJson() });
    server.misbehave("realm.json", { kind: "cut", afterBytes });

    await refusalBy(server, fetchPointer(server), "network");
  });

  test("gzip data that ends early, in a body of the promised length, is network", async () => {
    await using server = await startRealmServer({ "realm.json": realmJson() });
    server.misbehave("realm.json", { kind: "gzip", cutBytes: 4 });

    await refusalBy(server, fetchPointer(server), "network");
  });

  test("a server that hangs up is network", async () => {
    await using server = await startRealmServer({}, { "*": { kind: "hang-up" } });

    await refusalBy(server, fetchPointer(server), "network");
  });
});

test("the limits are those of the realm format", () => {
  expect(defaultLimits).toMatchObject({
    maxOneFileBytes: 4 * MiB,
    maxSourceBytes: 256 * 1024,
    maxRowBytes: 8 * 1024,
    maxJsonDepth: 8,
    maxRows: 1_000_000,
    maxRedirects: 3,
    headersTimeoutMs: 10_000,
    pointerTimeoutMs: 30_000,
    sourceTimeoutMs: 34_000,
    minBytesPerSecond: 1024,
    slowWindowMs: 30_000,
  });
});
