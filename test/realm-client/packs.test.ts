import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { RealmErrorCode } from "../../lib/errors.ts";
import { createRealmClient, type RealmClientOptions } from "../../lib/realm-client/client.ts";
import { defaultLimits, packTimeoutMs } from "../../lib/realm-client/limits.ts";
import { draftOf, packOf, pathOf } from "../support/packed-realm.ts";
import { type RealmServer, startRealmServer } from "../support/realm-server.ts";
import { acme, createHoldingFetch, refusal, resolveFrom, routeTo } from "./support.ts";

const pack = packOf(Array.from({ length: 50 }, (_, i) => ({ ...draftOf(`a.kata${i}`), seq: 1 })));
const { sha256, bytes, rawBytes, content } = pack;
const ref = { sha256, bytes, rawBytes };
const path = pathOf(pack);

let folder: string;
let file: string;
let server: RealmServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "realms-packs-"));
  file = join(folder, "pack");
  server = await startRealmServer({ [path]: content });
});

afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

function fetchPack(options: RealmClientOptions = {}, wanted = ref, realm = acme(server)) {
  return createRealmClient(options).fetchPack(realm, wanted, file);
}

/** Refused with this code; no file and no connection is left. */
async function refused(code: RealmErrorCode, options: RealmClientOptions = {}, wanted = ref) {
  const error = await refusal(fetchPack(options, wanted), code);
  expect(readdirSync(folder)).toEqual([]);
  await server.allClosed();
  return error;
}

describe("a pack that is what the pointer says", () => {
  test("is written byte for byte, and no connection is left open", async () => {
    await fetchPack();
    expect(readFileSync(file)).toEqual(Buffer.from(content));
    expect(server.requests.map(({ path }) => path)).toEqual([`/${path}`]);
    await server.allClosed();
  });

  test("is asked for as it is, and taken from a host that calls its gzip an encoding", async () => {
    server.misbehave(path, { kind: "headers", headers: { "content-encoding": "gzip" } });
    await fetchPack();
    expect(server.requests[0]?.headers["accept-encoding"]).toBe("identity");
    expect(readFileSync(file)).toEqual(Buffer.from(content));
  });

  test("is written whole however it is cut into pieces", async () => {
    server.misbehave(path, { kind: "drip", everyMs: 1, bytesAtOnce: 97 });
    await fetchPack();
    expect(readFileSync(file)).toEqual(Buffer.from(content));
  });

  test("does not replace a file that is there", async () => {
    writeFileSync(file, "somebody else's");
    await expect(createRealmClient().fetchPack(acme(server), ref, file)).rejects.toMatchObject({
      code: "EEXIST",
    });
  });
});

describe("a pack that is another one", () => {
  test("with one bit changed that unpacking does not see, is pack_corrupt by its digest alone", async () => {
    const changed = Uint8Array.from(content);
    changed[4] = 1;
    expect(gunzipSync(changed)).toEqual(gunzipSync(content));
    server.set(path, changed);
    await refused("pack_corrupt");
  });

  test.each([
    ["one byte more than it has", 1],
    ["one byte less than it has", -1],
  ])("by a pointer that declares %s is pack_corrupt, whatever its digest", async (_name, difference) => {
    await refused("pack_corrupt", {}, { ...ref, bytes: bytes + difference });
  });

  test("in an encoding that nobody asked for is unsupported_encoding", async () => {
    server.misbehave(path, { kind: "headers", headers: { "content-encoding": "br" } });
    await refused("unsupported_encoding");
  });

  test("as an empty answer is pack_corrupt", async () => {
    server.misbehave(path, { kind: "empty" });
    await refused("pack_corrupt");
  });

  test("as a page with status 200 is pack_missing: many hosts answer so for what does not exist", async () => {
    server.misbehave(path, { kind: "captive-portal" });
    await refused("pack_missing");
  });

  test("under the type of a page is still the pack", async () => {
    server.misbehave(path, { kind: "headers", headers: { "content-type": "text/html" } });
    await fetchPack();
    expect(existsSync(file)).toBe(true);
  });

  test.each([404, 410])("that does not exist, by status %i, is pack_missing", async (status) => {
    server.misbehave(path, { kind: "status", status });
    await refused("pack_missing");
  });
});

describe("a pack without an end", () => {
  test("is cut off once it has more bytes than declared", async () => {
    server.misbehave(path, { kind: "endless" });
    await refused("pack_corrupt", { fetch: createHoldingFetch() });
    // What was on its way through sockets when the connection was closed.
    expect(server.sentBytes()).toBeLessThan(16 * 1024 * 1024);
  });

  test("that is cut half-way is network", async () => {
    server.misbehave(path, { kind: "cut", afterBytes: 100 });
    await refused("network");
  });

  test("that comes at a byte a moment is too_slow", async () => {
    server.misbehave(path, { kind: "drip", everyMs: 20 });
    await refused("too_slow", { limits: { slowWindowMs: 50 } });
  });

  test("that does not come in its time is timeout, and the time grows with the declared size", async () => {
    server.misbehave(path, { kind: "drip", everyMs: 20, bytesAtOnce: 100 });
    await refused("timeout", { limits: { packTimeoutMs: 60, packMsPer64KiB: 1 } });
    expect(packTimeoutMs(defaultLimits, 0)).toBe(30_000);
    expect(packTimeoutMs(defaultLimits, 64 * 1024)).toBe(31_000);
    expect(packTimeoutMs(defaultLimits, 64 * 1024 + 1)).toBe(32_000);
  });

  test("whose headers never come is timeout", async () => {
    server.misbehave(path, { kind: "no-headers" });
    await refused("timeout", { limits: { headersTimeoutMs: 30 } });
  });

  test("that would unpack to more than a hundred times its size is too_large before it is asked for", async () => {
    await refused("too_large", {}, { ...ref, rawBytes: bytes * 100 + 1 });
    expect(server.requests).toEqual([]);
  });

  test("ends with the caller's reason when the caller aborts", async () => {
    server.misbehave(path, { kind: "no-headers" });
    const stopping = new AbortController();
    const work = createRealmClient().fetchPack(acme(server), ref, file, stopping.signal);
    work.catch(() => undefined);
    while (server.requests.length === 0) await Bun.sleep(1);
    stopping.abort(new Error("enough"));
    await expect(work).rejects.toThrow("enough");
    expect(existsSync(file)).toBe(false);
    await server.allClosed();
  });
});

describe("the way to a pack", () => {
  test.each([429, 503])("status %i with Retry-After says how long to wait", async (status) => {
    server.misbehave(path, { kind: "status", status, headers: { "retry-after": "120" } });
    const error = await refused("http_status");
    expect(error.retryAfterMs).toBe(120_000);
  });

  test("the key goes to the realm's own origin, and to no other that it redirects to", async () => {
    await using other = await startRealmServer({ [path]: content });
    server.misbehave(path, { kind: "redirect", to: `${other.url}/${path}` });
    await fetchPack({}, ref, acme(server, { apiKey: "key-of-acme" }));
    expect(server.requests[0]?.headers.authorization).toBe("Bearer key-of-acme");
    expect(other.requests[0]?.headers).not.toHaveProperty("authorization");
    expect(existsSync(file)).toBe(true);
  });

  test("a redirect from a public host into this machine is redirect_refused", async () => {
    server.misbehave(path, { kind: "redirect", to: `${server.url}/${path}` });
    const work = createRealmClient({
      fetch: routeTo({ "realm.example": server }),
      resolveHost: resolveFrom({ "realm.example": ["203.0.113.7"] }),
    }).fetchPack({ id: "acme", url: "https://realm.example" }, ref, file);
    await refusal(work, "redirect_refused");
  });

  test("a redirect to a file is redirect_refused", async () => {
    server.misbehave(path, { kind: "redirect", to: "file:///etc/hostname" });
    await refused("redirect_refused");
  });
});
