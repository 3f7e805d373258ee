import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkRealm, type RealmCheck } from "../../lib/publish/check/check-realm.ts";
import { createUrlReader } from "../../lib/publish/check/url-reader.ts";
import { createKeys, type KeysSummary } from "../../lib/publish/keys.ts";
import { createFolderReader, type RealmReader } from "../../lib/publish/realm-reader.ts";
import { serveFolder } from "../../lib/publish/serve-folder.ts";
import { signRealm } from "../../lib/publish/sign.ts";
import { createRealmClient } from "../../lib/realm-client/client.ts";
import { editPointer } from "./forge.ts";
import { createHost, DAY, kata, makeRealmFolder, type RealmFolder } from "./realm-folder.ts";

const passphrase = "correct horse battery staple";
const head = "# description: Does it.\n# tags: x\n# license: MIT\n";
let folder: RealmFolder;
let keys: KeysSummary;
beforeEach(async () => {
  folder = makeRealmFolder();
  folder.put("one.kata", kata("acme.one", "v1", head));
  await folder.build();
  const place = join(folder.path, "keys");
  keys = createKeys("acme", { folder: place, passphrase, now: folder.now, scryptN: 2 });
  await sign();
});
afterEach(() => folder[Symbol.dispose]());

function sign(out = folder.site) {
  return signRealm({ out, keys: keys.folder, now: folder.now, passphrase: async () => passphrase });
}

function check(now = folder.now, reader: RealmReader = createFolderReader(folder.site)): Promise<RealmCheck> {
  const signal = new AbortController().signal;
  return checkRealm(reader, { reader, host: createHost(), now, onProgress: () => {}, signal });
}

describe("a signed realm", () => {
  test("is good, and its root and end are told, in a folder and over the network", async () => {
    const server = serveFolder({ folder: folder.site, port: 0 });
    const url = createUrlReader(server, createRealmClient(), new AbortController().signal);
    for (const result of [await check(), await check(folder.now, url)]) {
      expect(result).toMatchObject({ errors: [], warnings: [] });
      expect(result.summary?.signatures).toEqual({
        trust: "signed",
        root: keys.fingerprint,
        expiresAt: folder.now + 90 * DAY,
      });
    }
    await server.stop();
  });

  test("keeps its root through builds, and is good again once it is signed again", async () => {
    folder.put("two.kata", kata("acme.two", "v1", head));
    const { pointer, written } = await folder.build();
    expect(pointer).toMatchObject({ seq: 2, root: keys.fingerprint });
    const signed = await sign();
    expect(await check()).toMatchObject({ errors: [], warnings: [] });
    const files = new Set([...written, ...signed.written].filter((path) => path !== "index.html"));
    expect(files.size).toBeLessThanOrEqual(17);
    expect(await folder.build()).toMatchObject({ isChanged: false, written: [] });
  });

  test("that was built and not signed reaches nobody, and the check says so", async () => {
    folder.put("two.kata", kata("acme.two", "v1", head));
    await folder.build();
    const { errors } = await check();
    expect(errors).toMatchObject([{ code: "not_signed_yet", file: "realm.json", found: "publish 2" }]);
    expect(errors[0]?.expected).toStartWith("publish 1, ");
  });

  test("is warned of two weeks before its signatures end, and is wrong from then on", async () => {
    expect(await check(folder.now + 75 * DAY)).toMatchObject({ errors: [], warnings: [] });
    expect((await check(folder.now + 80 * DAY)).warnings).toMatchObject([{ code: "expires_soon" }]);
    expect((await check(folder.now + 91 * DAY)).errors).toMatchObject([{ code: "metadata_expired" }]);
  });

  test.each<[situation: string, code: string, damage: () => unknown]>([
    ["lost its timestamp", "metadata_missing", () => rmSync(join(folder.site, "metadata/timestamp.json"))],
    [
      "lost the pointer under its hash",
      "metadata_missing",
      () => {
        const hash = new Bun.CryptoHasher("sha256").update(folder.read("realm.json")).digest("hex");
        rmSync(join(folder.site, `${hash}.realm.json`));
      },
    ],
    [
      "has a timestamp that another key signed",
      "signature_invalid",
      () => {
        const timestamp = folder.read("metadata/timestamp.json").toString();
        const other = timestamp.replace(
          /("sig": *")./,
          (start) => `${start.slice(0, -1)}${start.endsWith("0") ? "1" : "0"}`,
        );
        writeFileSync(join(folder.site, "metadata/timestamp.json"), other);
      },
    ],
    [
      "has targets that somebody changed",
      "metadata_mismatch",
      () => {
        const targets = folder.read("metadata/1.targets.json").toString();
        writeFileSync(
          join(folder.site, "metadata/1.targets.json"),
          targets.replace(
            /("sha256": *")./,
            (start) => `${start.slice(0, -1)}${start.endsWith("0") ? "1" : "0"}`,
          ),
        );
      },
    ],
    [
      "names another root in its pointer",
      "root_mismatch",
      () => editPointer(folder, (pointer) => (pointer.root = "0".repeat(64))),
    ],
  ])("is wrong when it %s", async (_situation, code, damage) => {
    damage();
    expect((await check()).errors.map((error) => error.code)).toContain(code);
  });

  test("is wrong when another realm's metadata lies in it", async () => {
    using other = makeRealmFolder();
    other.put("one.kata", kata("other.one", "v1", head));
    await other.build({ realm: "other", now: folder.now });
    const otherKeys = join(other.path, "keys");
    createKeys("other", { folder: otherKeys, passphrase, now: folder.now, scryptN: 2 });
    await signRealm({
      out: other.site,
      keys: otherKeys,
      now: folder.now,
      passphrase: async () => passphrase,
    });
    for (const name of ["metadata", ""]) {
      mkdirSync(join(folder.site, name), { recursive: true });
      cpSync(join(other.site, name), join(folder.site, name), {
        recursive: true,
        filter: (path) => path !== join(other.site, "realm.json"),
      });
    }
    const codes = (await check()).errors.map((error) => error.code);
    expect(codes).toContain("root_mismatch");
    expect(codes).toContain("wrong_realm");
  });
});
