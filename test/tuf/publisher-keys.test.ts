import { describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { createKeys, replaceKey, summarizeKeys } from "../../lib/publish/keys.ts";
import { backupKeys, restoreKeys } from "../../lib/publish/keys-backup.ts";
import { findRoots, getSealedKey, rootsIn } from "../../lib/publish/keys-folder.ts";
import { parseRootChain } from "../../lib/publish/root-chain.ts";
import { openKey, sealKey } from "../../lib/trust/sealed-key.ts";
import { SigningError } from "../../lib/trust/signing-error.ts";
import { createSigningKey, exportPrivate } from "../../lib/trust/signing-key.ts";
import { codeOf } from "../support/throws.ts";
import type { TestKey } from "./keys.ts";
import { copyFolder, createPublisher, DAY_MS, NOW, PASSPHRASE, readAll } from "./publisher.ts";
import { startRepository } from "./repository.ts";

const refused = (act: () => unknown) => codeOf(act, SigningError);

describe("a sealed key", () => {
  const options = { realm: "acme", role: "online", passphrase: PASSPHRASE, now: NOW, scryptN: 2 } as const;

  test("opens with its passphrase and is the same key", () => {
    const key = createSigningKey();
    const opened = openKey(sealKey(key, options), PASSPHRASE);
    expect([opened.id, opened.publicHex]).toEqual([key.id, key.publicHex]);
    expect(exportPrivate(opened).equals(exportPrivate(key))).toBe(true);
  });

  test("opens with the same passphrase written in other code points", () => {
    const sealed = sealKey(createSigningKey(), { ...options, passphrase: "Schlüsselkasten" });
    expect(openKey(sealed, "Schlu\u0308sselkasten").id).toBe(sealed.id);
  });

  test("does not open with another one", () => {
    const sealed = sealKey(createSigningKey(), options);
    expect(refused(() => openKey(sealed, `${PASSPHRASE}.`))).toBe("passphrase_wrong");
  });

  test("holds the key nowhere in clear text", () => {
    const key = createSigningKey();
    const text = JSON.stringify(sealKey(key, options));
    const secret = exportPrivate(key).subarray(-32);
    expect(text).not.toContain(secret.toString("hex"));
    expect(text).not.toContain(secret.toString("base64"));
    expect(text).not.toContain(PASSPHRASE);
  });

  test.each([
    ["realm", { realm: "other" }],
    ["role", { role: "root" }],
    ["id", { id: "0".repeat(64) }],
    ["public part", { public: "0".repeat(64) }],
    ["time", { created: "2026-11-23T06:00:00.000Z" }],
    ["cost", { scrypt: { n: 4, salt: "0".repeat(32) } }],
  ])("does not open when its %s was changed", (_name, change) => {
    const sealed = sealKey(createSigningKey(), options);
    const changed = { ...sealed, ...change } as typeof sealed;
    expect(refused(() => openKey(changed, PASSPHRASE))).toBe("passphrase_wrong");
  });

  test.each(["iv", "tag", "text"] as const)("does not open when one bit of its %s was changed", (field) => {
    const sealed = sealKey(createSigningKey(), options);
    const bytes = Buffer.from(sealed.aes256gcm[field], "hex");
    bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    const changed = { ...sealed, aes256gcm: { ...sealed.aes256gcm, [field]: bytes.toString("hex") } };
    expect(refused(() => openKey(changed, PASSPHRASE))).toBe("passphrase_wrong");
  });

  test("is not made under a short passphrase", () => {
    expect(refused(() => sealKey(createSigningKey(), { ...options, passphrase: "elevenchars" }))).toBe(
      "passphrase_weak",
    );
  });

  test("costs a guesser scrypt with N of 131072", () => {
    const { scryptN: _, ...costly } = options;
    expect(sealKey(createSigningKey(), costly).scrypt.n).toBe(131_072);
  });
});

describe("new keys", () => {
  test("are two, with a first root that is good for a year", () => {
    using publisher = createPublisher();
    const summary = summarizeKeys(publisher.keys);
    expect(summary).toMatchObject({ realm: "acme", rootVersion: 1, rootExpiresAt: NOW + 365 * DAY_MS });
    expect(summary.rootKeyId).not.toBe(summary.onlineKeyId);
    expect([...readAll(publisher.keys).keys()]).toEqual([
      "online.key.json",
      "root.key.json",
      join("roots", "1.root.json"),
    ]);
  });

  test.if(process.platform !== "win32")("can be read by their owner alone", () => {
    using publisher = createPublisher();
    for (const path of readAll(publisher.keys).keys()) {
      expect(statSync(join(publisher.keys, path)).mode & 0o077).toBe(0);
    }
    expect(statSync(publisher.keys).mode & 0o077).toBe(0);
  });

  test("never take the place of others", () => {
    using publisher = createPublisher();
    const before = readAll(publisher.keys);
    expect(refused(() => createKeys("acme", publisher.keyOptions()))).toBe("keys_exist");
    expect(readAll(publisher.keys)).toEqual(before);
  });

  test.each([
    ["in the realm's folder", (out: string) => join(out, "keys")],
    ["as the realm's folder", (out: string) => out],
    ["below its metadata", (out: string) => join(out, "metadata", "a", "b")],
  ])("are not made %s", (_name, place) => {
    using publisher = createPublisher();
    const folder = place(publisher.out);
    const make = () => createKeys("acme", publisher.keyOptions({ folder }));
    expect(refused(make)).toBe("keys_in_output");
    expect([...publisher.files().keys()]).toEqual(["realm.json"]);
  });

  test.if(process.platform !== "win32")("are not made in the realm's folder by way of a link", () => {
    using publisher = createPublisher();
    const link = join(publisher.folder, "link");
    mkdirSync(join(publisher.out, "below"));
    symlinkSync(join(publisher.out, "below"), link);
    for (const folder of [link, join(link, "keys")]) {
      expect(refused(() => createKeys("acme", publisher.keyOptions({ folder })))).toBe("keys_in_output");
    }
  });

  test("are not made under a short passphrase, and leave no folder then", () => {
    using publisher = createPublisher();
    const folder = join(publisher.folder, "others");
    expect(refused(() => createKeys("acme", publisher.keyOptions({ folder, passphrase: "short" })))).toBe(
      "passphrase_weak",
    );
    expect(existsSync(folder)).toBe(false);
  });
});

describe("a key that is replaced", () => {
  test.each(["root", "online"] as const)("as %s is named by a next root that readers can follow", (role) => {
    using publisher = createPublisher();
    const before = summarizeKeys(publisher.keys);
    const later = NOW + 30 * DAY_MS;
    const after = replaceKey(role, "rotate", publisher.keyOptions({ now: later }));
    const other = role === "root" ? "onlineKeyId" : "rootKeyId";
    expect(after).toMatchObject({
      fingerprint: before.fingerprint,
      rootVersion: 2,
      rootExpiresAt: later + 365 * DAY_MS,
      [other]: before[other],
    });
    expect(after[`${role}KeyId`]).not.toBe(before[`${role}KeyId`]);
    expect(openKey(getSealedKey(publisher.keys, role), PASSPHRASE).id).toBe(after[`${role}KeyId`]);
    // Reading the chain verifies each root against the one before it.
    expect(findRoots(rootsIn(publisher.keys))).toHaveLength(2);
  });

  test("by rotation is put aside, sealed as it was", () => {
    using publisher = createPublisher();
    const old = readFileSync(join(publisher.keys, "online.key.json"), "utf8");
    replaceKey("online", "rotate", publisher.keyOptions());
    const retired = [...readAll(join(publisher.keys, "retired")).values()];
    expect(retired).toEqual([old]);
  });

  test("by revocation is destroyed", () => {
    using publisher = createPublisher();
    replaceKey("online", "revoke", publisher.keyOptions());
    expect(existsSync(join(publisher.keys, "retired"))).toBe(false);
  });

  test("may be lost, if it is the online one", () => {
    using publisher = createPublisher();
    rmSync(join(publisher.keys, "online.key.json"));
    expect(replaceKey("online", "revoke", publisher.keyOptions()).rootVersion).toBe(2);
  });

  test.each(["root", "online"] as const)("as %s needs the root key", (role) => {
    using publisher = createPublisher();
    rmSync(join(publisher.keys, "root.key.json"));
    expect(refused(() => replaceKey(role, "revoke", publisher.keyOptions()))).toBe("keys_missing");
  });

  test("needs the passphrase, and nothing changes without it", () => {
    using publisher = createPublisher();
    const before = readAll(publisher.keys);
    const replace = () =>
      replaceKey("online", "rotate", publisher.keyOptions({ passphrase: "another passphrase" }));
    expect(refused(replace)).toBe("passphrase_wrong");
    expect(readAll(publisher.keys)).toEqual(before);
  });

  test("needs the root key that the newest root names", () => {
    using publisher = createPublisher();
    const old = copyFolder(publisher.keys);
    replaceKey("root", "rotate", publisher.keyOptions());
    renameSync(join(old, "root.key.json"), join(publisher.keys, "root.key.json"));
    rmSync(old, { recursive: true });
    expect(refused(() => replaceKey("online", "rotate", publisher.keyOptions()))).toBe("key_not_in_root");
  });

  test.each([
    ["before the next root was written", false],
    ["after the next root was written", true],
  ])("by a run that was killed %s can still sign", (_name, isRootWritten) => {
    using publisher = createPublisher();
    const before = copyFolder(publisher.keys);
    replaceKey("root", "rotate", publisher.keyOptions());
    const after = readAll(publisher.keys);
    // As it was in between: the new key lies beside the old one.
    rmSync(publisher.keys, { recursive: true });
    renameSync(before, publisher.keys);
    writeFileSync(join(publisher.keys, "root.next-key.json"), after.get("root.key.json") ?? "");
    const nextRoot = join("roots", "2.root.json");
    if (isRootWritten) writeFileSync(join(publisher.keys, nextRoot), after.get(nextRoot) ?? "");
    expect(replaceKey("online", "rotate", publisher.keyOptions()).rootVersion).toBe(isRootWritten ? 3 : 2);
  });
});

describe("a keys folder", () => {
  test.each([
    ["no JSON", "{"],
    ["JSON that is no key", "{}"],
    ["the other key", undefined],
  ])("with %s for its root key is damaged", (_name, text) => {
    using publisher = createPublisher();
    const other = readFileSync(join(publisher.keys, "online.key.json"), "utf8");
    writeFileSync(join(publisher.keys, "root.key.json"), text ?? other);
    expect(refused(() => summarizeKeys(publisher.keys))).toBe("keys_damaged");
  });

  test("with a root that was changed by one character is not used", () => {
    using publisher = createPublisher();
    const path = join(publisher.keys, "roots", "1.root.json");
    writeFileSync(path, readFileSync(path, "utf8").replace('"expires": "2027', '"expires": "2037'));
    expect(refused(() => summarizeKeys(publisher.keys))).toBe("root_chain_broken");
  });
});

describe("a chain of roots", () => {
  test.each([
    ["only by the old key", (old: TestKey[], _next: TestKey[]) => old],
    ["only by the new key", (_old: TestKey[], next: TestKey[]) => next],
  ])("is broken where a root is signed %s", async (_name, pick) => {
    await using repository = await startRepository();
    const old = repository.keys.root.signers;
    repository.rotateKeys("root");
    const next = repository.keys.root.signers;
    const roots = () =>
      [repository.file("metadata/1.root.json"), repository.file("metadata/2.root.json")] as const;
    repository.keys.root.signers = pick(old, next);
    repository.publish("root");
    expect(refused(() => parseRootChain(roots()))).toBe("root_chain_broken");
    repository.keys.root.signers = [...old, ...next];
    repository.republish("root");
    expect(parseRootChain(roots())).toHaveLength(2);
  });
});

describe("a backup", () => {
  test("gives back the same keys and roots", () => {
    using publisher = createPublisher();
    replaceKey("online", "rotate", publisher.keyOptions());
    const file = join(publisher.folder, "backup.json");
    const summary = backupKeys(publisher.keys, file, PASSPHRASE);
    const folder = join(publisher.folder, "restored");
    expect(restoreKeys(file, folder, PASSPHRASE)).toEqual({ ...summary, folder });
    const original = readAll(publisher.keys);
    for (const [path, text] of readAll(folder))
      expect([path, text]).toEqual([path, original.get(path) ?? ""]);
  });

  test("under a passphrase that nobody knows is not made", () => {
    using publisher = createPublisher();
    const file = join(publisher.folder, "backup.json");
    expect(refused(() => backupKeys(publisher.keys, file, "not the passphrase"))).toBe("passphrase_wrong");
    expect(existsSync(file)).toBe(false);
  });

  test("never takes the place of a file", () => {
    using publisher = createPublisher();
    const file = join(publisher.folder, "backup.json");
    writeFileSync(file, "something else");
    expect(refused(() => backupKeys(publisher.keys, file, PASSPHRASE))).toBe("keys_exist");
    expect(readFileSync(file, "utf8")).toBe("something else");
  });

  test("is not put where a host serves it", () => {
    using publisher = createPublisher();
    const file = join(publisher.out, "backup.json");
    expect(refused(() => backupKeys(publisher.keys, file, PASSPHRASE))).toBe("keys_in_output");
  });

  test("is not restored over keys, nor without its passphrase, nor when it was cut off", () => {
    using publisher = createPublisher();
    const file = join(publisher.folder, "backup.json");
    backupKeys(publisher.keys, file, PASSPHRASE);
    expect(refused(() => restoreKeys(file, publisher.keys, PASSPHRASE))).toBe("keys_exist");
    const folder = join(publisher.folder, "restored");
    expect(refused(() => restoreKeys(file, folder, "not the passphrase"))).toBe("passphrase_wrong");
    writeFileSync(file, readFileSync(file, "utf8").slice(0, -10));
    expect(refused(() => restoreKeys(file, folder, PASSPHRASE))).toBe("keys_damaged");
    expect(refused(() => restoreKeys(join(folder, "none"), folder, PASSPHRASE))).toBe("keys_missing");
    expect(existsSync(folder)).toBe(false);
  });

  test("of the online key alone is one too", () => {
    using publisher = createPublisher();
    rmSync(join(publisher.keys, "root.key.json"));
    const file = join(publisher.folder, "backup.json");
    backupKeys(publisher.keys, file, PASSPHRASE);
    const folder = join(publisher.folder, "restored");
    mkdirSync(folder);
    restoreKeys(file, folder, PASSPHRASE);
    expect(existsSync(join(folder, "root.key.json"))).toBe(false);
    expect(existsSync(join(folder, "online.key.json"))).toBe(true);
  });
});
