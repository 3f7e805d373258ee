import { describe, expect, test } from "bun:test";
import { createRealmClient } from "../../lib/realm-client/client.ts";
import { startRealmServer } from "../support/realm-server.ts";
import { acme, fetchPointer, realmJson, refusalBy, row } from "./support.ts";

const sourceHash = "a".repeat(64);
const sourcePath = `katas/${sourceHash}.kata`;

describe("headers", () => {
  test("an answer that never comes is timeout", async () => {
    await using server = await startRealmServer({}, { "*": { kind: "no-headers" } });

    await refusalBy(server, fetchPointer(server, { limits: { headersTimeoutMs: 40 } }), "timeout");
  });

  test("interim answers for ever are timeout", async () => {
    await using server = await startRealmServer({}, { "*": { kind: "interim-for-ever" } });

    await refusalBy(server, fetchPointer(server, { limits: { headersTimeoutMs: 40 } }), "timeout");
  });

  test("an answer that never comes after a redirect is timeout", async () => {
    await using server = await startRealmServer({}, { "x.json": { kind: "no-headers" } });
    server.misbehave("realm.json", { kind: "redirect", to: "/x.json" });

    await refusalBy(server, fetchPointer(server, { limits: { headersTimeoutMs: 40 } }), "timeout");
  });

  test("the time to headers does not run while a body is read", async () => {
    await using server = await startRealmServer({ "realm.json": realmJson() });
    server.misbehave("realm.json", { kind: "drip", everyMs: 10, bytesAtOnce: 20 });

    const fetched = await fetchPointer(server, { limits: { headersTimeoutMs: 100 } });

    expect(fetched).toMatchObject({ katas: [row()] });
  });
});

describe("bodies", () => {
  test("a pointer that takes too long in all is timeout, however steady it comes", async () => {
    await using server = await startRealmServer({ "realm.json": realmJson() });
    server.misbehave("realm.json", { kind: "drip", everyMs: 5 });

    await refusalBy(server, fetchPointer(server, { limits: { pointerTimeoutMs: 60 } }), "timeout");
  });

  test("a source that takes too long in all is timeout", async () => {
    await using server = await startRealmServer({ [sourcePath]: "kata ".repeat(100) });
    server.misbehave(sourcePath, { kind: "drip", everyMs: 5 });
    const client = createRealmClient({ limits: { sourceTimeoutMs: 60 } });

    await refusalBy(server, client.fetchSource(acme(server), sourceHash), "timeout");
  });

  test("a byte now and then is too_slow long before the time is over", async () => {
    await using server = await startRealmServer({ "realm.json": realmJson() });
    server.misbehave("realm.json", { kind: "drip", everyMs: 10 });

    await refusalBy(server, fetchPointer(server, { limits: { slowWindowMs: 50 } }), "too_slow");
  });

  test("a body that stops half-way is too_slow", async () => {
    await using server = await startRealmServer({ "realm.json": realmJson() });
    server.misbehave("realm.json", { kind: "headers", headers: { "content-length": "100000" } });

    await refusalBy(server, fetchPointer(server, { limits: { slowWindowMs: 50 } }), "too_slow");
  });

  test("a source of a byte now and then is too_slow", async () => {
    await using server = await startRealmServer({ [sourcePath]: "kata ".repeat(100) });
    server.misbehave(sourcePath, { kind: "drip", everyMs: 10 });
    const client = createRealmClient({ limits: { slowWindowMs: 50 } });

    await refusalBy(server, client.fetchSource(acme(server), sourceHash), "too_slow");
  });

  test("a body just fast enough is read over several windows", async () => {
    await using server = await startRealmServer({ "realm.json": realmJson() });
    server.misbehave("realm.json", { kind: "drip", everyMs: 10, bytesAtOnce: 15 });

    const fetched = await fetchPointer(server, { limits: { slowWindowMs: 100, minBytesPerSecond: 100 } });

    expect(fetched).toMatchObject({ katas: [row()] });
  });
});

test("a slow realm does not hold up another one", async () => {
  await using slow = await startRealmServer({}, { "*": { kind: "no-headers" } });
  await using good = await startRealmServer({ "realm.json": realmJson() });
  const client = createRealmClient({ limits: { headersTimeoutMs: 80 } });

  const waiting = refusalBy(slow, client.fetchPointer(acme(slow), {}), "timeout");
  const fetched = await client.fetchPointer(acme(good), {});

  expect(fetched).toMatchObject({ katas: [row()] });
  expect(slow.openSockets()).toBe(1);
  await waiting;
});
