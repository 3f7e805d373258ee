import { expect, test } from "bun:test";
import { createRealmClient } from "../../lib/realm-client/client.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { startRealmServer } from "../support/realm-server.ts";
import { acme, refusal, refusalBy } from "./support.ts";

const source = 'kata finance.audit v2\n  description "naïve"\n';
const hash = sha256Hex(source);
const path = `katas/${hash}.kata`;
const read = (server: { url: string }) => createRealmClient().fetchSource(acme(server), hash);

test("a source comes byte for byte from its place below the realm's url", async () => {
  await using server = await startRealmServer({ [`v1/${path}`]: source });
  const realm = acme(server, { url: `${server.url}/v1` });

  const bytes = await createRealmClient().fetchSource(realm, hash);

  expect(sha256Hex(bytes)).toBe(hash);
  expect(server.requests.map((request) => request.path)).toEqual([`/v1/${path}`]);
  await server.allClosed();
});

test("other bytes than the hash names are returned: judging them is for the caller", async () => {
  await using server = await startRealmServer({ [path]: "tampered" });

  expect(new TextDecoder().decode(await read(server))).toBe("tampered");
});

test("a gzipped source is inflated", async () => {
  await using server = await startRealmServer({ [path]: source }, { [path]: { kind: "gzip" } });

  expect(sha256Hex(await read(server))).toBe(hash);
});

test("bytes that are not UTF-8 come as they are", async () => {
  const bytes = new Uint8Array([0xff, 0x00, 0xef, 0xbb, 0xbf]);
  await using server = await startRealmServer({ [path]: bytes });

  expect(await read(server)).toEqual(bytes);
});

test("a missing source is not_found", async () => {
  await using server = await startRealmServer();

  await refusalBy(server, read(server), "not_found");
});

test("a page with status 200 in place of the source is not_found", async () => {
  await using server = await startRealmServer({}, { "*": { kind: "captive-portal" } });

  await refusalBy(server, read(server), "not_found");
});

test("a source that the host calls HTML is a source all the same", async () => {
  await using server = await startRealmServer({ [path]: source });
  server.misbehave(path, { kind: "headers", headers: { "content-type": "text/html" } });

  expect(sha256Hex(await read(server))).toBe(hash);
});

test("bytes that begin like a page but are not called one are for the caller to judge", async () => {
  await using server = await startRealmServer({ [path]: "<kata" });

  expect(new TextDecoder().decode(await read(server))).toBe("<kata");
});

test("304 that nobody asked for is http_status", async () => {
  await using server = await startRealmServer({}, { "*": { kind: "status", status: 304 } });

  await refusalBy(server, read(server), "http_status");
});

test("a pinned realm's sources are fetched: their hash comes from its signed index", async () => {
  await using server = await startRealmServer({ [path]: source });

  const bytes = await createRealmClient().fetchSource(acme(server, { root: "c".repeat(64) }), hash);

  expect(sha256Hex(bytes)).toBe(hash);
});

test.each([["../realm.json"], [hash.toUpperCase()], [`${hash}/..`], [`${hash}%00`], [""], ["con"]])(
  "the hash %p becomes no path",
  async (bad) => {
    await using server = await startRealmServer({}, { "*": { kind: "captive-portal" } });

    await refusal(createRealmClient().fetchSource(acme(server), bad), "invalid_document");

    expect(server.requests).toEqual([]);
  },
);
