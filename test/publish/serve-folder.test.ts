import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkRealm } from "../../lib/publish/check/check-realm.ts";
import { createUrlReader } from "../../lib/publish/check/url-reader.ts";
import { type FolderServer, serveFolder } from "../../lib/publish/serve-folder.ts";
import { createRealmClient } from "../../lib/realm-client/client.ts";
import { createHost, kata, makeRealmFolder, type RealmFolder } from "./realm-folder.ts";

let folder: RealmFolder;
let server: FolderServer;
beforeEach(async () => {
  folder = makeRealmFolder();
  folder.put("one.kata", kata("acme.one", "v1", "# description: Does it.\n# tags: x\n# license: MIT\n"));
  await folder.build();
  server = serveFolder({ folder: folder.site, port: 0 });
});
afterEach(async () => {
  await server.stop();
  folder[Symbol.dispose]();
});

const get = (path: string, init: RequestInit = {}) => fetch(`${server.url}/${path}`, init);
const base = () => `packs/${folder.pointer().base[0]?.sha256}.ndjson.gz`;
const source = () => `katas/${folder.rows()[0]?.sourceHash}.kata`;

describe("a served folder", () => {
  test("has the file's own bytes, a strong tag, and a caching rule that fits it", async () => {
    for (const [path, caching, type] of [
      ["realm.json", "public, max-age=60, must-revalidate", "application/json"],
      [base(), "public, max-age=31536000, immutable", "application/gzip"],
      [source(), "public, max-age=31536000, immutable", "text/plain; charset=utf-8"],
      ["index.html", "public, max-age=60, must-revalidate", "text/html; charset=utf-8"],
    ] as const) {
      const response = await get(path);
      expect(response.status).toBe(200);
      expect(response.headers.get("cache-control")).toBe(caching);
      expect(response.headers.get("content-type")).toBe(type);
      expect(response.headers.get("content-encoding")).toBeNull();
      expect(response.headers.get("etag")).toMatch(/^"[0-9a-f]{64}"$/);
      expect(Buffer.from(await response.bytes()).equals(folder.read(path))).toBe(true);
    }
    expect(await (await get("")).text()).toBe(folder.read("index.html").toString());
  });

  test("sends a pack of up to 16 MiB, and none that no reader would take", async () => {
    const large = (bytes: number): string => {
      const path = `packs/${String(bytes).padStart(64, "0")}.ndjson.gz`;
      writeFileSync(join(folder.site, path), new Uint8Array(bytes));
      return path;
    };
    const sent = await get(large(16 * 1024 * 1024));
    expect([sent.status, (await sent.bytes()).byteLength]).toEqual([200, 16 * 1024 * 1024]);
    expect((await get(large(16 * 1024 * 1024 + 1))).status).toBe(404);
  });

  test("answers 304 without a body for what is known, and 200 once it changed", async () => {
    const etag = (await get("realm.json")).headers.get("etag") ?? "";
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const response = await get("realm.json", { headers: { "if-none-match": known } });
      expect([known, response.status, await response.text()]).toEqual([known, 304, ""]);
      expect(response.headers.get("etag")).toBe(etag);
    }
    folder.put("two.kata", kata("acme.two", "v1"));
    await folder.build();
    expect((await get("realm.json", { headers: { "if-none-match": etag } })).status).toBe(200);
  });

  test("answers HEAD without a body, and 405 for anything that would write", async () => {
    const head = await get("realm.json", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const put = await get("realm.json", { method: "PUT", body: "x" });
    expect([put.status, put.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  test("answers 404 with its page for what is no file of a realm, whatever lies in the folder", async () => {
    mkdirSync(join(folder.site, ".git"));
    for (const path of [".git/config", "notes.txt", "katas/x.kata", "packs/..%2frealm.json"]) {
      writeFileSync(join(folder.site, path.replaceAll("%2f", "-").replaceAll("..", "")), "private");
    }
    for (const path of [
      ".git/config",
      "notes.txt",
      "katas/x.kata",
      "packs",
      "packs/..%2frealm.json",
      "%2e%2e/katas/one.kata",
      "../katas/one.kata",
      `katas/${"0".repeat(64)}.kata`,
      "realm.json%00",
    ]) {
      const response = await get(path);
      expect([path, response.status]).toEqual([path, 404]);
      expect(await response.text()).toBe(folder.read("404.html").toString());
    }
  });

  test("says what was asked for", async () => {
    const seen: unknown[] = [];
    const other = serveFolder({ folder: folder.site, port: 0, onRequest: (line) => seen.push(line) });
    await fetch(`${other.url}/realm.json?x=1`);
    await other.stop();
    expect(seen).toEqual([{ path: "/realm.json", status: 200, bytes: folder.read("realm.json").byteLength }]);
  });

  test("listens on this machine only", () => {
    expect(server.url).toStartWith("http://127.0.0.1:");
  });
});

describe("a check over the network", () => {
  function check(url: string) {
    const signal = new AbortController().signal;
    const reader = createUrlReader({ url }, createRealmClient(), signal);
    return checkRealm(reader, { reader, host: createHost(), now: folder.now, onProgress: () => {}, signal });
  }

  test("finds a served realm as good as its folder", async () => {
    expect(await check(server.url)).toMatchObject({
      errors: [],
      warnings: [],
      summary: { realm: "acme", versions: 1 },
    });
  });

  test("finds a pack that is missing, and one that was changed", async () => {
    const path = base();
    const good = folder.read(path);
    writeFileSync(join(folder.site, path), Buffer.alloc(good.byteLength));
    expect((await check(server.url)).errors).toMatchObject([{ code: "pack_corrupt", file: path }]);
    writeFileSync(
      join(folder.site, "realm.json"),
      folder
        .read("realm.json")
        .toString()
        .replace(/[0-9a-f]{64}",\n {6}"bytes/, `${"0".repeat(64)}",\n      "bytes`),
    );
    expect((await check(server.url)).errors).toMatchObject([{ code: "pack_missing" }]);
  });

  test("finds a host that answers every path with a page and 200", async () => {
    const host = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      async fetch(request) {
        const response = await fetch(`${server.url}${new URL(request.url).pathname}`);
        return response.ok ? response : new Response("<html>Welcome</html>");
      },
    });
    const { errors, warnings } = await check(`http://127.0.0.1:${host.port}`);
    await host.stop(true);
    // One finding, although a page also stands where a signed realm's root would be.
    expect(errors.map(({ code }) => code)).toEqual(["unknown_paths_answered"]);
    expect(warnings).toEqual([]);
  });

  test("reports a host that cannot be reached as one error", async () => {
    await server.stop();
    expect(await check(server.url)).toMatchObject({
      errors: [{ code: "network", file: "realm.json" }],
      summary: undefined,
    });
  });

  test("reports an address that no client would ask", async () => {
    const { errors } = await check("http://katas.example.com/");
    expect(errors.map(({ code }) => code)).toEqual(["invalid_url"]);
  });
});
