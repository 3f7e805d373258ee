import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { createKeys } from "../../lib/publish/keys.ts";
import { signRealm } from "../../lib/publish/sign.ts";
import { kata, makeRealmFolder, type RealmFolder } from "../publish/realm-folder.ts";
import { type PackWorld, runtimeOfProcess, startPackWorld } from "../support/pack-world.ts";
import { PASSPHRASE } from "../tuf/publisher.ts";

const NOW = Date.now();
const IMMUTABLE = "public, max-age=31536000, immutable";

let folder: RealmFolder;
let world: PackWorld | undefined;
beforeEach(async () => {
  folder = makeRealmFolder();
  folder.put("one.kata", kata("acme.one", "v1"));
  await folder.build({ now: NOW });
});
afterEach(async () => {
  await world?.stop();
  world = undefined;
  folder[Symbol.dispose]();
});

const keys = () => join(folder.path, "keys");

async function sign(): Promise<string> {
  createKeys("acme", { folder: keys(), passphrase: PASSPHRASE, now: NOW, scryptN: 2 });
  const { fingerprint } = await signRealm({
    out: folder.site,
    keys: keys(),
    now: NOW,
    passphrase: async () => PASSPHRASE,
  });
  return fingerprint;
}

/** A Ronin with this `share` in its settings, after the first request has opened the pack. */
async function start(share?: Record<string, unknown>): Promise<PackWorld> {
  world = await startPackWorld({ http: true, isServed: false, realms: share === undefined ? {} : { share } });
  await fetch(`${world.host.url}/dojo`);
  return world;
}

const get = (path: string, init?: RequestInit) => fetch(`${world?.host.url}/realms/v1/${path}`, init);

/** `fetch` tidies paths and sets Host itself; this sends what it is given. */
function askRaw(path: string, host = "127.0.0.1"): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const answered = (response: IncomingMessage): void => {
    response.resume();
    resolve(response.statusCode ?? 0);
  };
  httpRequest({ host: "127.0.0.1", port: world?.host.port, path, headers: { host } }, answered)
    .on("error", reject)
    .end();
  return promise;
}

describe("a Ronin that shares no realm", () => {
  test("serves nothing, as it does by default", async () => {
    await start();
    expect((await get("realm.json")).status).toBe(404);
  });
});

describe("a Ronin that shares a signed realm", () => {
  test("serves every file that a follower reads, as it lies there, to anybody and without a cookie", async () => {
    await sign();
    await start({ folder: folder.site });
    const hash = `${folder.rows()[0]?.sourceHash}`;
    const pointer = readdirSync(folder.site).find((name) => name.endsWith(".realm.json"));
    for (const [path, caching] of [
      ["realm.json", "public, max-age=60, must-revalidate"],
      ["metadata/timestamp.json", "public, max-age=60, must-revalidate"],
      ["metadata/1.root.json", IMMUTABLE],
      [`${pointer}`, IMMUTABLE],
      [`katas/${hash}.kata`, IMMUTABLE],
      [`packs/${folder.pointer().base[0]?.sha256}.ndjson.gz`, IMMUTABLE],
    ] as const) {
      const response = await get(path);
      expect([path, response.status]).toEqual([path, 200]);
      expect(Buffer.from(await response.bytes()).equals(folder.read(path))).toBe(true);
      expect(response.headers.get("cache-control")).toBe(caching);
      expect(response.headers.get("set-cookie")).toBeNull();
      expect(response.headers.get("access-control-allow-origin")).toBeNull();
      expect(response.headers.get("cross-origin-resource-policy")).toBe("same-origin");
      expect(response.headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
      const etag = response.headers.get("etag") ?? "";
      const again = await get(path, { headers: { "if-none-match": etag } });
      expect([path, again.status, await again.text()]).toEqual([path, 304, ""]);
      const head = await get(path, { method: "HEAD" });
      expect([path, head.status, await head.text()]).toEqual([path, 200, ""]);
    }
  });

  test("says at which path, and what to pin", async () => {
    const fingerprint = await sign();
    const { logged } = await start({ folder: folder.site });
    expect(await logged(/sharing a realm/)).toEndWith(
      `sharing a realm at /realms/v1/; who follows it pins its root ${fingerprint}`,
    );
  });

  test.each(["POST", "PUT", "DELETE", "PATCH"])("takes no %s", async (method) => {
    await sign();
    await start({ folder: folder.site });
    const response = await get("realm.json", { method });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  test("serves no page, since it would run as one of Ronin's own, and nothing but a realm's files", async () => {
    await sign();
    mkdirSync(join(folder.site, ".git"));
    mkdirSync(join(folder.site, "keys"));
    for (const path of [".git/config", "notes.txt", "keys/online.key.json", "stats.json.bak"]) {
      writeFileSync(join(folder.site, path), "private");
    }
    await start({ folder: folder.site });
    for (const path of [
      "",
      "index.html",
      "404.html",
      ".git/config",
      "notes.txt",
      "keys/online.key.json",
      "stats.json.bak",
      "packs",
      "../keys/online.key.json",
      "..%2fkeys%2fonline.key.json",
      "%2e%2e/keys/online.key.json",
      "katas/../realm.json%00",
      "/etc/passwd",
    ]) {
      expect([path, await askRaw(`/realms/v1/${path}`)]).toEqual([path, 404]);
    }
    expect(await askRaw("/realms/v1")).toBe(404);
    expect(await askRaw("/realms/v1/realm.json")).toBe(200);
  });

  test("follows no link out of the folder, be it a file or a folder on the way", async () => {
    await sign();
    const secret = join(folder.path, "secret");
    writeFileSync(secret, "private");
    symlinkSync(secret, join(folder.site, "stats.json"));
    symlinkSync(secret, join(folder.site, "katas", `${"a".repeat(64)}.kata`));
    renameSync(join(folder.site, "packs"), join(folder.path, "elsewhere"));
    symlinkSync(join(folder.path, "elsewhere"), join(folder.site, "packs"));
    await start({ folder: folder.site });
    const base = `packs/${folder.pointer().base[0]?.sha256}.ndjson.gz`;
    for (const path of ["stats.json", `katas/${"a".repeat(64)}.kata`, base]) {
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    }
  });

  test("answers under this machine's names, under any address, and under the names that the settings list", async () => {
    await sign();
    const { host } = await start({ folder: folder.site, hosts: ["Ronin.LAN"] });
    for (const name of ["localhost", "127.0.0.1", "[::1]", "192.0.2.7", "[2001:db8::7]", "ronin.lan"]) {
      expect([name, await askRaw("/realms/v1/realm.json", `${name}:${host.port}`)]).toEqual([name, 200]);
    }
    for (const name of ["evil.example", "ronin.lan.evil.example", "127.0.0.1.evil.example"]) {
      expect([name, await askRaw("/realms/v1/realm.json", name)]).toEqual([name, 403]);
    }
  });

  test("stops when the pack is taken out of the host", async () => {
    await sign();
    await start({ folder: folder.site });
    expect((await get("realm.json")).status).toBe(200);
    await runtimeOfProcess()?.retire();
    expect((await get("realm.json")).status).toBe(404);
  });
});

describe("a folder that is not to be shared", () => {
  async function expectRefused(reason: RegExp): Promise<void> {
    const { logged } = await start({ folder: folder.site });
    for (const path of ["realm.json", "metadata/1.root.json"]) {
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    }
    expect(await logged(/nothing is shared at/)).toMatch(reason);
  }

  test("is an unsigned one, until it is signed, which takes no restart", async () => {
    await expectRefused(/is not signed\. Sign it: realms sign --out \S+$/);
    await sign();
    expect((await get("realm.json")).status).toBe(200);
  });

  test("is one whose signatures are by other keys than its root names", async () => {
    await sign();
    const other = makeRealmFolder();
    other.put("one.kata", kata("acme.one", "v1"));
    await other.build({ now: NOW });
    const [mine, theirs] = [folder, other];
    folder = other;
    await sign();
    folder = mine;
    copyFileSync(join(theirs.site, "metadata/timestamp.json"), join(mine.site, "metadata/timestamp.json"));
    theirs[Symbol.dispose]();
    await expectRefused(/is not signed/);
  });

  test("is one whose signed pointer is gone", async () => {
    await sign();
    for (const name of readdirSync(folder.site)) {
      if (name.endsWith(".realm.json")) rmSync(join(folder.site, name));
    }
    await expectRefused(/What was signed in \S+ is not there/);
  });

  test("is one with cut-off metadata", async () => {
    await sign();
    const path = join(folder.site, "metadata/timestamp.json");
    writeFileSync(path, readFileSync(path).subarray(0, 100));
    await expectRefused(/timestamp\.json is missing or cannot be read/);
  });

  test("is one that holds a realm's keys", async () => {
    await sign();
    copyFileSync(join(keys(), "online.key.json"), join(folder.site, "online.key.json"));
    await expectRefused(/holds online\.key\.json, and a host serves it/);
    rmSync(join(folder.site, "online.key.json"));
    expect((await get("realm.json")).status).toBe(200);
  });

  test("is one without a realm", async () => {
    rmSync(folder.site, { recursive: true });
    await expectRefused(/There is no realm in/);
  });
});
