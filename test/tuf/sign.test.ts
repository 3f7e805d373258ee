import { describe, expect, test } from "bun:test";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { RealmError } from "../../lib/errors.ts";
import { createKeys, replaceKey, summarizeKeys } from "../../lib/publish/keys.ts";
import { createRealmClient } from "../../lib/realm-client/client.ts";
import { fetchSignedPointer } from "../../lib/realm-client/tuf.ts";
import { SigningError } from "../../lib/trust/signing-error.ts";
import { raiseTrust, type SignedTrust } from "../../lib/trust/trust-level.ts";
import { type RealmServer, startRealmServer } from "../support/realm-server.ts";
import { codeOfAsync } from "../support/throws.ts";
import { copyFolder, createPublisher, DAY_MS, NOW, type Publisher, readAll } from "./publisher.ts";

const refused = (act: () => Promise<unknown>) => codeOfAsync(act, SigningError);

/** Somebody who follows what the publisher uploads, with a cache of their own. */
async function startReader(publisher: Publisher) {
  const server: RealmServer = await startRealmServer();
  let known: SignedTrust | undefined;
  const upload = (): void => {
    for (const [path, text] of publisher.files())
      server.set(path.replaceAll("\\", "/"), Buffer.from(text, "latin1"));
  };
  return {
    server,
    upload,
    async read(now = NOW) {
      const found = await fetchSignedPointer({
        realm: { id: "acme", url: server.url, root: known?.root },
        metadataDir: join(publisher.folder, "reader"),
        known,
        now,
        fetchBounded: createRealmClient().fetchBounded,
      });
      const { pointer: _, pointerBytes: __, ...seen } = found;
      const raised = raiseTrust(known, seen);
      if (raised.trust !== "unsigned") known = raised;
      return found;
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

describe("a built realm", () => {
  test("that is signed for the first time is read by a client, under the fingerprint that was shown", async () => {
    using publisher = createPublisher();
    const { reason, fingerprint, written, expiresAt } = await publisher.sign();
    expect({ reason, expiresAt }).toEqual({ reason: "first", expiresAt: NOW + 90 * DAY_MS });
    expect(fingerprint).toBe(summarizeKeys(publisher.keys).fingerprint);
    expect(publisher.pointer().root).toBe(fingerprint);
    expect(written.map((path) => path.replace(/^[0-9a-f]{64}/, "<sha256>"))).toEqual([
      "<sha256>.realm.json",
      "metadata/1.root.json",
      "metadata/1.targets.json",
      "metadata/1.snapshot.json",
      "realm.json",
      "metadata/timestamp.json",
    ]);
    await using reader = await startReader(publisher);
    reader.upload();
    expect(await reader.read()).toMatchObject({ root: fingerprint, seq: 1, expiresAt });
  });

  test("that has not changed is signed again by nobody: nothing is written, nothing is asked", async () => {
    using publisher = createPublisher();
    await publisher.sign();
    const before = publisher.files();
    const passphrase = () => Promise.reject(new Error("It asked for the passphrase."));
    const outcome = await publisher.sign({ now: NOW + 44 * DAY_MS, passphrase });
    expect(outcome).toMatchObject({
      reason: undefined,
      written: [],
      removed: [],
      expiresAt: NOW + 90 * DAY_MS,
    });
    expect(publisher.files()).toEqual(before);
  });

  test("gets four new files for a new publish, and the timestamp last", async () => {
    using publisher = createPublisher();
    await publisher.sign();
    await using reader = await startReader(publisher);
    reader.upload();
    await reader.read();
    publisher.build(2);
    const { reason, written } = await publisher.sign();
    expect(reason).toBe("changed");
    expect(written.slice(1)).toEqual([
      "metadata/2.targets.json",
      "metadata/2.snapshot.json",
      "metadata/timestamp.json",
    ]);
    expect(written).toHaveLength(4);
    reader.upload();
    expect((await reader.read()).seq).toBe(2);
  });

  test("is signed again in time, when half of the signatures' time has passed", async () => {
    using publisher = createPublisher();
    await publisher.sign();
    const half = NOW + 45 * DAY_MS;
    expect((await publisher.sign({ now: half })).reason).toBeUndefined();
    const { reason, expiresAt, written } = await publisher.sign({ now: half + 1 });
    expect({ reason, expiresAt }).toEqual({ reason: "expiring", expiresAt: half + 1 + 90 * DAY_MS });
    expect(written).toHaveLength(3);
  });

  test("is signed for as long as is asked", async () => {
    using publisher = createPublisher();
    expect((await publisher.sign({ expiresDays: 7 })).expiresAt).toBe(NOW + 7 * DAY_MS);
  });

  test("is signed for no longer than its root lasts", async () => {
    using publisher = createPublisher();
    expect((await publisher.sign({ expiresDays: 400 })).expiresAt).toBe(NOW + 365 * DAY_MS);
  });

  test("gives the same bytes for the same keys, state and time", async () => {
    using publisher = createPublisher();
    const built = copyFolder(publisher.out);
    await publisher.sign();
    const once = publisher.files();
    rmSync(publisher.out, { recursive: true });
    mkdirSync(publisher.out);
    copyFileSync(join(built, "realm.json"), join(publisher.out, "realm.json"));
    rmSync(built, { recursive: true });
    await publisher.sign();
    expect(publisher.files()).toEqual(once);
  });

  test("gets back a file that was lost, without being signed anew", async () => {
    using publisher = createPublisher();
    await publisher.sign();
    const whole = publisher.files();
    for (const path of whole.keys()) {
      if (path.endsWith(".realm.json") || path.endsWith("root.json")) unlinkSync(join(publisher.out, path));
    }
    expect(await publisher.sign()).toMatchObject({ reason: undefined, written: { length: 2 } });
    expect(publisher.files()).toEqual(whole);
  });
});

describe("a signing that is stopped", () => {
  test("anywhere leaves the old signed state or the new one", async () => {
    using publisher = createPublisher();
    await publisher.sign();
    const old = publisher.files();
    publisher.build(2);
    const { written } = await publisher.sign();
    const next = publisher.files();
    for (let count = 0; count <= written.length; count += 1) {
      await using reader = await startReader(publisher);
      const files = new Map([
        ...old,
        ...written.slice(0, count).map((path) => [path, next.get(path) ?? ""] as const),
      ]);
      for (const [path, text] of files) reader.server.set(path, Buffer.from(text, "latin1"));
      rmSync(join(publisher.folder, "reader"), { recursive: true, force: true });
      expect((await reader.read()).seq).toBe(count === written.length ? 2 : 1);
    }
  });
});

describe("keys that were replaced", () => {
  test.each(["root", "online"] as const)(
    "as %s are followed by readers who were there before",
    async (role) => {
      using publisher = createPublisher();
      await publisher.sign();
      await using reader = await startReader(publisher);
      reader.upload();
      await reader.read();
      replaceKey(role, "rotate", publisher.keyOptions());
      const { reason, rootVersion } = await publisher.sign();
      expect({ reason, rootVersion }).toEqual({
        reason: role === "online" ? "keys" : undefined,
        rootVersion: 2,
      });
      reader.upload();
      expect((await reader.read()).versions.root).toBe(2);
    },
  );

  test("make what a thief of the old ones signs worthless", async () => {
    using publisher = createPublisher();
    await publisher.sign();
    const stolen = copyFolder(publisher.keys);
    replaceKey("online", "revoke", publisher.keyOptions());
    await publisher.sign();
    await using reader = await startReader(publisher);
    reader.upload();
    await reader.read();
    const thief = await codeOfAsync(() => publisher.sign({ keys: stolen, expiresDays: 300 }), SigningError);
    rmSync(stolen, { recursive: true });
    expect(thief).toBe("key_not_in_root");
  });

  test("on a machine that has the old online key only are told so", async () => {
    using publisher = createPublisher();
    await publisher.sign();
    const job = join(publisher.folder, "job");
    mkdirSync(job);
    copyFileSync(join(publisher.keys, "online.key.json"), join(job, "online.key.json"));
    replaceKey("online", "rotate", publisher.keyOptions());
    await publisher.sign();
    publisher.build(2);
    expect(await refused(() => publisher.sign({ keys: job }))).toBe("key_not_in_root");
    copyFileSync(join(publisher.keys, "online.key.json"), join(job, "online.key.json"));
    expect((await publisher.sign({ keys: job })).reason).toBe("changed");
  });
});

test.each(["timestamp.json", "1.snapshot.json", "1.targets.json"])(
  "a signature that was damaged in %s is made anew, with everything that stands on it",
  async (file) => {
    using publisher = createPublisher();
    await publisher.sign();
    const path = join(publisher.out, "metadata", file);
    writeFileSync(path, readFileSync(path, "utf8").replace(/"sig": "..../, '"sig": "0000'));
    expect((await publisher.sign()).reason).toBe("keys");
    await using reader = await startReader(publisher);
    reader.upload();
    expect((await reader.read()).versions).toEqual({ root: 1, timestamp: 2, snapshot: 2, targets: 2 });
  },
);

describe("a job with the online key alone", () => {
  function createJob(publisher: Publisher): string {
    const job = join(publisher.folder, "job");
    mkdirSync(job);
    copyFileSync(join(publisher.keys, "online.key.json"), join(job, "online.key.json"));
    return job;
  }

  test("signs what was signed before", async () => {
    using publisher = createPublisher();
    await publisher.sign();
    publisher.build(2);
    expect((await publisher.sign({ keys: createJob(publisher) })).reason).toBe("changed");
  });

  test("needs the roots for the first time, which are public", async () => {
    using publisher = createPublisher();
    const keys = createJob(publisher);
    expect(await refused(() => publisher.sign({ keys }))).toBe("keys_missing");
    const { reason } = await publisher.sign({ keys, roots: join(publisher.keys, "roots") });
    expect(reason).toBe("first");
  });
});

describe("signing is refused", () => {
  test("without a built realm", async () => {
    using publisher = createPublisher();
    rmSync(join(publisher.out, "realm.json"));
    expect(await refused(() => publisher.sign())).toBe("not_published");
    writeFileSync(join(publisher.out, "realm.json"), '{"format":1,"realm":"acme","katas":[]}');
    expect(await refused(() => publisher.sign())).toBe("not_published");
  });

  test("with the keys of another realm", async () => {
    using publisher = createPublisher();
    const keys = join(publisher.folder, "other");
    createKeys("other", publisher.keyOptions({ folder: keys }));
    expect(await refused(() => publisher.sign({ keys }))).toBe("keys_of_other_realm");
  });

  test("with other keys of the same realm, and the folder stays as it is", async () => {
    using publisher = createPublisher();
    await publisher.sign();
    const before = publisher.files();
    const keys = join(publisher.folder, "other");
    createKeys("acme", publisher.keyOptions({ folder: keys }));
    expect(await refused(() => publisher.sign({ keys }))).toBe("root_differs");
    expect(publisher.files()).toEqual(before);
  });

  test("with keys that lie in the folder that is served", async () => {
    using publisher = createPublisher();
    const keys = join(publisher.out, "keys");
    mkdirSync(keys);
    copyFileSync(join(publisher.keys, "online.key.json"), join(keys, "online.key.json"));
    expect(await refused(() => publisher.sign({ keys }))).toBe("keys_in_output");
  });

  test("with a wrong passphrase", async () => {
    using publisher = createPublisher();
    const before = publisher.files();
    expect(await refused(() => publisher.sign({ passphrase: async () => "not the passphrase" }))).toBe(
      "passphrase_wrong",
    );
    expect(publisher.files()).toEqual(before);
  });

  test("under a root that has expired, and no sooner", async () => {
    using publisher = createPublisher();
    const end = NOW + 365 * DAY_MS;
    expect((await publisher.sign({ now: end - 1000 })).expiresAt).toBe(end);
    expect(await refused(() => publisher.sign({ now: end }))).toBe("root_expired");
  });

  test.each(["timestamp.json", "1.snapshot.json", "1.targets.json"])(
    "where the published %s is damaged, since versions go on from it",
    async (file) => {
      using publisher = createPublisher();
      await publisher.sign();
      const path = join(publisher.out, "metadata", file);
      writeFileSync(path, readFileSync(path, "utf8").slice(0, -20));
      expect(await refused(() => publisher.sign())).toBe("metadata_damaged");
    },
  );

  test("where a published root was changed", async () => {
    using publisher = createPublisher();
    await publisher.sign();
    const path = join(publisher.out, "metadata", "1.root.json");
    writeFileSync(path, readFileSync(path, "utf8").replace('"expires": "2027', '"expires": "2037'));
    expect(await refused(() => publisher.sign())).toBe("root_chain_broken");
  });

  test("for a pointer of more than 64 KiB", async () => {
    using publisher = createPublisher();
    writeFileSync(
      join(publisher.out, "realm.json"),
      JSON.stringify({ ...publisher.pointer(), x: "x".repeat(66_000) }),
    );
    expect(await refused(() => publisher.sign())).toBe("too_large");
  });
});

describe("starting over with new keys", () => {
  test("publishes under a new root, which readers refuse until they pin it", async () => {
    using publisher = createPublisher();
    await publisher.sign();
    replaceKey("root", "rotate", publisher.keyOptions());
    await publisher.sign();
    await using reader = await startReader(publisher);
    reader.upload();
    const before = await reader.read();
    const keys = join(publisher.folder, "new-keys");
    const summary = createKeys("acme", publisher.keyOptions({ folder: keys }));
    const outcome = await publisher.sign({ keys, startOver: true });
    expect(outcome).toMatchObject({ reason: "changed", fingerprint: summary.fingerprint, rootVersion: 1 });
    expect(publisher.pointer().root).toBe(summary.fingerprint);
    expect(existsSync(join(publisher.out, "metadata", "2.root.json"))).toBe(false);

    for (const path of readAll(publisher.out).keys()) reader.server.remove(path);
    reader.upload();
    reader.server.remove("metadata/2.root.json");
    expect(await codeOfAsync(() => reader.read(), RealmError)).toBe("signature_invalid");
    await using stranger = await startReader(publisher);
    rmSync(join(publisher.folder, "reader"), { recursive: true });
    stranger.upload();
    expect((await stranger.read()).versions.timestamp).toBe(before.versions.timestamp + 1);
  });
});

describe("old metadata and pointers", () => {
  const isPointer = (path: string) => /^[0-9a-f]{64}\.realm\.json$/.test(path);

  async function publishTimes(publisher: Publisher, times: number): Promise<void> {
    for (let seq = 1; seq <= times; seq += 1) {
      publisher.build(seq);
      await publisher.sign();
    }
  }

  test("stay for a month", async () => {
    using publisher = createPublisher();
    await publishTimes(publisher, 6);
    expect([...publisher.files().keys()].filter(isPointer)).toHaveLength(6);
  });

  test("then go, but for the last three, and the roots for good", async () => {
    using publisher = createPublisher();
    await publishTimes(publisher, 3);
    replaceKey("root", "rotate", publisher.keyOptions());
    await publishTimes(publisher, 6);
    const later = NOW + 31 * DAY_MS;
    for (const path of publisher.files().keys())
      utimesSync(join(publisher.out, path), NOW / 1000, NOW / 1000);
    const { removed, reason } = await publisher.sign({ now: later });
    expect(reason).toBeUndefined();
    const left = [...publisher.files().keys()];
    const version = JSON.parse(readFileSync(join(publisher.out, "metadata", "timestamp.json"), "utf8")).signed
      .version;
    expect(left.filter((path) => path.endsWith("targets.json"))).toEqual(
      [version - 2, version - 1, version].map((number) => join("metadata", `${number}.targets.json`)),
    );
    expect(left.filter(isPointer)).toHaveLength(3);
    expect(left.filter((path) => path.endsWith("root.json"))).toHaveLength(2);
    expect(removed.length).toBeGreaterThan(0);
    await using reader = await startReader(publisher);
    reader.upload();
    expect((await reader.read(later)).seq).toBe(6);
  });
});
