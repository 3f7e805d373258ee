import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRealmClient } from "../../lib/realm-client/client.ts";
import { draftOf, pathOf, TestPackedRealm } from "../support/packed-realm.ts";
import { type Behaviour, type RealmServer, startRealmServer } from "../support/realm-server.ts";
import { acme, realmJson, refusal } from "./support.ts";

const client = createRealmClient({ limits: { headersTimeoutMs: 60 } });

const down: ReadonlyArray<[string, Behaviour]> = [
  ["hangs up", { kind: "hang-up" }],
  ["says nothing", { kind: "no-headers" }],
  ["is overloaded", { kind: "status", status: 503 }],
  ["cuts the answer", { kind: "cut", afterBytes: 10 }],
];

let folder: string;
let origin: RealmServer;
let first: RealmServer;
let second: RealmServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "realms-mirrors-"));
  [origin, first, second] = await Promise.all([startRealmServer(), startRealmServer(), startRealmServer()]);
});

afterEach(async () => {
  await Promise.all([origin, first, second].map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

const realm = () => acme(origin, { mirrors: [first.url, second.url], apiKey: "key-of-acme" });

const packed = () => new TestPackedRealm({ id: "acme" }).publish(draftOf("a.one"));

describe("a pointer", () => {
  test("comes from the realm's own address as long as that answers, and no mirror is asked", async () => {
    origin.set("realm.json", realmJson({ seq: 1 }));
    first.set("realm.json", realmJson({ seq: 2 }));
    expect(await client.fetchPointer(realm(), {})).toMatchObject({ seq: 1 });
    expect(first.requests).toEqual([]);
  });

  test.each(down)("comes from the first mirror when the realm %s", async (_name, behaviour) => {
    origin.set("realm.json", realmJson());
    origin.misbehave("*", behaviour);
    first.set("realm.json", realmJson({ seq: 8 }));
    expect(await client.fetchPointer(realm(), {})).toMatchObject({ kind: "one-file", seq: 8 });
    expect(second.requests).toEqual([]);
  });

  test("comes from the second when the first is down too, and neither is given the key or a tag", async () => {
    for (const server of [origin, first]) server.misbehave("*", { kind: "hang-up" });
    second.set("realm.json", realmJson());
    const known = { path: "realm.json", etag: '"known"' };
    const fetched = await client.fetchPointer(realm(), known);
    expect(fetched).toMatchObject({ kind: "one-file", validator: { path: "realm.json" } });
    // A tag is the server's own: another server's must not be kept for the realm's.
    expect(fetched.kind === "one-file" && fetched.validator.etag).toBeUndefined();
    expect(origin.requests[0]?.headers).toMatchObject({
      authorization: "Bearer key-of-acme",
      "if-none-match": '"known"',
    });
    for (const { headers } of [...first.requests, ...second.requests]) {
      expect(headers).not.toHaveProperty("authorization");
      expect(headers).not.toHaveProperty("if-none-match");
    }
  });

  test.each([
    ["not_json", { kind: "captive-portal" }],
    ["not_found", { kind: "status", status: 404 }],
    ["redirect_refused", { kind: "redirect", to: "file:///etc" }],
  ] as const)(
    "that the realm itself refuses to be, by %s, is no reason to ask a mirror",
    async (code, how) => {
      origin.misbehave("*", how);
      first.set("realm.json", realmJson());
      await refusal(client.fetchPointer(realm(), {}), code);
      expect(first.requests).toEqual([]);
    },
  );

  test("of another realm is refused although a mirror has the right one", async () => {
    origin.set("realm.json", realmJson({ realm: "evil" }));
    first.set("realm.json", realmJson());
    await refusal(client.fetchPointer(realm(), {}), "wrong_realm");
    expect(first.requests).toEqual([]);
  });

  test("of a mirror that lags behind what was reached is passed over", async () => {
    origin.misbehave("*", { kind: "hang-up" });
    const old = packed();
    first.set("realm.json", old.files().pointer);
    second.set("realm.json", old.publish(draftOf("a.two")).files().pointer);
    const fetched = await client.fetchPointer(realm(), { seq: 2 });
    expect(fetched.kind === "packed" && fetched.pointer.seq).toBe(2);
  });

  test("that no mirror can give is the realm's own failure, with what its server asked for", async () => {
    origin.misbehave("*", { kind: "status", status: 503, headers: { "retry-after": "7" } });
    first.misbehave("*", { kind: "captive-portal" });
    second.misbehave("*", { kind: "hang-up" });
    const error = await refusal(client.fetchPointer(realm(), {}), "http_status");
    expect(error.retryAfterMs).toBe(7000);
  });

  test("is not looked for at a mirror after the caller has aborted", async () => {
    origin.misbehave("*", { kind: "no-headers" });
    first.set("realm.json", realmJson());
    const stopping = new AbortController();
    const work = createRealmClient().fetchPointer(realm(), {}, stopping.signal);
    work.catch(() => undefined);
    while (origin.requests.length === 0) await Bun.sleep(1);
    stopping.abort(new Error("enough"));
    await expect(work).rejects.toThrow("enough");
    expect(first.requests).toEqual([]);
  });
});

describe("a pack", () => {
  function served() {
    const { pointer, files } = packed().files();
    const ref = pointer.base[0] ?? { sha256: "", bytes: 0, rawBytes: 0 };
    return { ref, path: pathOf(ref), content: files[pathOf(ref)] ?? new Uint8Array() };
  }

  test.each([
    ["is not there yet", undefined],
    ["is a login page", { kind: "captive-portal" }],
    ...down,
  ] as ReadonlyArray<[string, Behaviour | undefined]>)(
    "that %s at the realm comes from a mirror, without the key",
    async (_name, behaviour) => {
      const { ref, path, content } = served();
      if (behaviour !== undefined) origin.set(path, content);
      origin.misbehave("*", behaviour);
      second.set(path, content);
      await client.fetchPack(realm(), ref, join(folder, "pack"));
      expect(readFileSync(join(folder, "pack"))).toEqual(Buffer.from(content));
      expect(second.requests[0]?.headers).not.toHaveProperty("authorization");
    },
  );

  test("that was changed at the realm comes from a mirror: whoever serves it, its digest says what it is", async () => {
    const { ref, path, content } = served();
    const changed = Uint8Array.from(content);
    changed[4] = 1;
    origin.set(path, changed);
    first.set(path, content);
    await client.fetchPack(realm(), ref, join(folder, "pack"));
    expect(readFileSync(join(folder, "pack"))).toEqual(Buffer.from(content));
  });

  test("of a mirror is verified like any other", async () => {
    const { ref, path, content } = served();
    const changed = Uint8Array.from(content);
    changed[4] = 1;
    first.set(path, changed);
    await refusal(client.fetchPack(realm(), ref, join(folder, "pack")), "pack_missing");
  });

  test("is asked for where the pointer came from first, so that a realm that is down is not waited for", async () => {
    origin.misbehave("*", { kind: "hang-up" });
    first.misbehave("*", { kind: "hang-up" });
    packed().serve(second);
    const fetched = await client.fetchPointer(realm(), {});
    if (fetched.kind !== "packed") throw new Error("expected packs");
    const before = origin.requests.length + first.requests.length;
    await client.fetchPack(fetched.from, served().ref, join(folder, "pack"));
    expect(origin.requests.length + first.requests.length).toBe(before);
    expect(fetched.from).not.toHaveProperty("apiKey");
  });
});

describe("other files", () => {
  test("a source that the realm cannot give comes from a mirror", async () => {
    const hash = "a".repeat(64);
    first.set(`katas/${hash}.kata`, "kata a.b v1");
    const bytes = await client.fetchSource(realm(), hash);
    expect(new TextDecoder().decode(bytes)).toBe("kata a.b v1");
    expect(first.requests[0]?.headers).not.toHaveProperty("authorization");
  });

  test("a file that the realm does not have is missing, whatever a mirror has", async () => {
    first.set("metadata/1.root.json", "{}");
    expect(await client.fetchBounded(realm(), "metadata/1.root.json", { maxBytes: 100 })).toBeUndefined();
  });
});
