import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { RealmErrorCode } from "../../lib/errors.ts";
import { toPackLine } from "../../lib/model/pack-row.ts";
import type { PackedRealm, PackRef } from "../../lib/model/wire.ts";
import { createRealmClient } from "../../lib/realm-client/client.ts";
import { syncPacks } from "../../lib/sync/sync-packs.ts";
import {
  type Draft,
  draftOf,
  encode,
  packOf,
  pathOf,
  stateOfRows,
  TestPackedRealm,
} from "../support/packed-realm.ts";
import { type RealmServer, startRealmServer } from "../support/realm-server.ts";
import { noScratch, realmOf, sha256 } from "./fixtures.ts";
import { followed } from "./packed-world.ts";

let server: RealmServer;

beforeEach(async () => {
  server = await startRealmServer();
});

afterEach(() => server.stop());

const requested = () => server.requests.map(({ path }) => path.slice(1));
const refOf = ({ sha256, bytes, rawBytes }: { sha256: string; bytes: number; rawBytes: number }) => ({
  sha256,
  bytes,
  rawBytes,
});

/** Puts a pack of any content on the server and returns how a pointer names it. */
function servePack(raw: string | Uint8Array): PackRef {
  const content = gzipSync(raw);
  const sha256 = createHash("sha256").update(content).digest("hex");
  server.set(pathOf({ sha256 }), content);
  const rawBytes = typeof raw === "string" ? Buffer.byteLength(raw) : raw.byteLength;
  return { sha256, bytes: content.length, rawBytes };
}

/** Names a pack as all that there is, so that it is taken however large it is. */
function onlyBase(pack: PackRef): Partial<PackedRealm> {
  return { base: [{ ...pack, rows: 4 }], rows: 4, deltas: [] };
}

/** Text that gzip can do little about. */
function noise(chars: number): string {
  const blocks = Array.from({ length: Math.ceil(chars / 64) }, (_, i) => sha256(String(i)));
  return blocks.join("").slice(0, chars);
}

describe("rollback", () => {
  test("a lower publish number is rolled_back, and the next higher one is followed", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    const { files } = realm.files();
    realm.publish(draftOf("a.four")).serve(server);
    await follower.sync();
    server.set("realm.json", files["realm.json"] ?? "");
    await follower.refuses("rolled_back");
    realm.publish(draftOf("a.five")).serve(server);
    expect(await follower.sync()).toMatchObject({ kind: "synced", added: 1 });
  });

  test("the same number for another state is equivocation; both pointers are kept as evidence, the first ones", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    const accepted = realm.files();
    const lie = async (name: string) => {
      realm.seq = 0;
      const { state } = realm.publish(draftOf(name)).serve(server);
      const outcome = await follower.refuses("equivocation");
      return { state, message: outcome.message, pointer: sha256OfPointer(realm.files().files["realm.json"]) };
    };
    const first = await lie("a.other");
    await lie("a.another");
    const evidence = follower.db.query("SELECT * FROM realm_equivocations").all();
    expect(evidence).toEqual([
      {
        realm_id: "team",
        seq: 1,
        accepted_pointer: sha256OfPointer(accepted.files["realm.json"]),
        accepted_state: accepted.pointer.state,
        other_pointer: first.pointer,
        other_state: first.state,
        seen_at: expect.any(Number),
      },
    ]);
    expect(first.message).toContain(first.pointer);
    expect(first.message).toContain(sha256OfPointer(accepted.files["realm.json"]));
    expect(requested().filter((path) => path !== "realm.json")).toEqual([]);
  });

  test("a number that jumps to the last there is, is followed; whatever comes then is rolled_back", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    realm.publish(draftOf("a.four"));
    const row = realm.rows.find(({ name }) => name === "a.four");
    if (row === undefined) throw new Error("expected the row");
    realm.serve(server, { seq: Number.MAX_SAFE_INTEGER });
    expect(await follower.sync()).toMatchObject({ kind: "synced", added: 1 });
    realm.serve(server, { seq: 3 });
    await follower.refuses("rolled_back");
  });

  test.each([-1, 1.5, "7", null, 2 ** 53])("the publish number %p is invalid_document", async (seq) => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    server.set("realm.json", encode({ ...realm.publish().files().pointer, seq }));
    await follower.refuses("invalid_document");
  });
});

describe("a published version", () => {
  test("that is missing from a base is row_disappeared and named", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    realm.drop("a.two").publish(draftOf("a.four")).serve(server, { deltas: [] });
    const { message } = await follower.refuses("row_disappeared");
    expect(message).toContain("a.two v1");
  });

  test("that is missing from a realm is noticed at its first delta, by the number of rows alone", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    realm.drop("a.two").publish(draftOf("a.four")).serve(server);
    await follower.refuses("row_disappeared");
    expect(requested()).toHaveLength(3);
  });

  const contents: ReadonlyArray<[string, Partial<Draft>]> = [
    ["sourceHash", { sourceHash: sha256("evil") }],
    ["compiledHash", { compiledHash: sha256("evil") }],
    ["sourceBytes", { sourceBytes: 101 }],
    ["compiledWith", { compiledWith: "1.1.2" }],
    ["description", { description: "Says something else." }],
    ["tags", { tags: ["other"] }],
    ["complexity", { complexity: "complex" }],
    ["category", { category: "finance" }],
    ["requiredSkills", { requiredSkills: ["mail.send"] }],
    ["requiredKatas", { requiredKatas: ["a.one@v1"] }],
    ["minRoninVersion", { minRoninVersion: "1.0.0" }],
    ["maxRoninVersion", { maxRoninVersion: "2.0.0" }],
    ["author", { author: "Mallory" }],
    ["license", { license: "none" }],
    ["documentation", { documentation: "https://evil.example/" }],
    ["releaseDate", { releaseDate: 1 }],
    ["changes", { changes: "Steals mail." }],
  ];

  test.each(contents)(
    "with another %s is hash_conflict, from a delta and from a base",
    async (_name, change) => {
      const { realm, follower } = await followed(server);
      using _ = follower;
      realm.publish(draftOf("a.two", "v1", change)).serve(server);
      await follower.refuses("hash_conflict");
      realm.serve(server, { deltas: [] });
      await follower.refuses("hash_conflict");
    },
  );

  test.each([
    ["status and reason", { status: "withdrawn", reason: "It was wrong." }],
    ["replacedBy", { replacedBy: "team:a.one@v1" }],
    ["lastModified", { lastModified: 1_800_000_000_000 }],
    ["nothing but its publish number", {}],
  ] as ReadonlyArray<[string, Partial<Draft>]>)("may change in %s", async (_name, change) => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    realm.publish(draftOf("a.two", "v1", change)).serve(server);
    expect(await follower.sync()).toMatchObject({ kind: "synced", unchanged: 2 });
    realm.publish(draftOf("a.two", "v1", change)).serve(server, { deltas: [] });
    expect(await follower.sync()).toMatchObject({ kind: "synced", unchanged: 2 });
    expect(follower.registry.findKata("team", "a.two", "v1")).toMatchObject({ ...change, seq: 3 });
  });
});

describe("mix and match", () => {
  test("a new pointer with the packs of an old one is state_mismatch", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    const old = realm.publish(draftOf("a.four")).files();
    for (const [path, content] of Object.entries(old.files)) server.set(path, content);
    const next = realm.publish(draftOf("a.five")).files().pointer;
    const { base, rows, deltas } = old.pointer;
    server.set("realm.json", encode({ ...next, base, rows, deltas }));
    await follower.refuses("state_mismatch");
    // The delta, and then the base: each of them was good once.
    expect(requested()).toEqual(["realm.json", ...[...deltas, ...base].map(pathOf)]);
  });

  test("a state of one flipped bit is state_mismatch, though all rows are right", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    const { state } = realm.publish(draftOf("a.four")).files().pointer;
    const flipped = (Number.parseInt(state.slice(0, 1), 16) ^ 1).toString(16) + state.slice(1);
    realm.serve(server, { state: flipped });
    await follower.refuses("state_mismatch");
  });

  test("a number of rows that is one too high is state_mismatch, though the state is right", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    const { base, rows } = realm.publish(draftOf("a.four")).files().pointer;
    const claimed = base.map((pack) => ({ ...pack, rows: pack.rows + 1 }));
    realm.serve(server, { rows: rows + 1, base: claimed });
    await follower.refuses("state_mismatch");
    const fewer = base.map((pack) => ({ ...pack, rows: pack.rows - 1 }));
    realm.serve(server, { rows: rows - 1, base: fewer });
    await follower.refuses("state_mismatch");
  });

  test("a delta that leaves a row out is made good by the base in the same run", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    realm.publish(draftOf("a.four"), draftOf("a.five"));
    const short = packOf(realm.rows.filter(({ name }) => name === "a.four"));
    server.set(pathOf(short), short.content);
    const { base } = realm.serve(server, { deltas: [{ from: 1, ...refOf(short) }] });
    expect(await follower.sync()).toMatchObject({ kind: "synced", added: 2, unchanged: 3 });
    expect(requested()).toEqual(["realm.json", pathOf(short), ...base.map(pathOf)]);
  });

  test("a delta with other contents of a version than its base has is made good by the base", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    realm.publish(draftOf("a.two", "v1", { status: "deprecated", reason: "old" }));
    const wrong = packOf([{ ...draftOf("a.two", "v1", { description: "Something else." }), seq: 2 }]);
    server.set(pathOf(wrong), wrong.content);
    realm.serve(server, { deltas: [{ from: 1, ...refOf(wrong) }] });
    expect(await follower.sync()).toMatchObject({ kind: "synced", updated: 1, unchanged: 2 });
    expect(follower.registry.findKata("team", "a.two", "v1")?.description).toBe("What a.two does.");
  });

  test("a pointer whose pack is not there yet is pack_missing; once it is there, the next sync takes it", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    const { deltas } = realm.publish(draftOf("a.four")).serve(server);
    const path = pathOf(deltas[0] ?? { sha256: "" });
    server.misbehave(path, { kind: "status", status: 404 });
    await follower.refuses("pack_missing");
    server.misbehave(path, undefined);
    expect(await follower.sync()).toMatchObject({ kind: "synced", added: 1 });
  });

  test("a server that goes away between two packs leaves the old index", async () => {
    const { realm, follower } = await followed(server, { rowsPerPack: 2 });
    using _ = follower;
    const { base } = realm.publish(draftOf("a.four"), draftOf("a.five")).serve(server, { deltas: [] });
    const last = pathOf(base.at(-1) ?? { sha256: "" });
    server.misbehave(last, { kind: "hang-up" });
    await follower.refuses("network");
    expect(requested()).toEqual(["realm.json", ...base.map(pathOf)]);
    server.misbehave(last, undefined);
    expect(await follower.sync()).toMatchObject({ kind: "synced", added: 2 });
  });
});

describe("what a pack holds", () => {
  const good = () => toPackLine({ ...draftOf("a.four"), seq: 2 });

  test.each([
    ["a row of 1 MB", () => `${good().slice(0, -1)},"pad":"${noise(1_000_000)}"}\n`, "too_large"],
    ["4,000 levels", () => `{"pad":"${noise(4000)}","x":${"[".repeat(4000)}\n`, "too_large"],
    ["half a line at its end", () => `${good()}\n{"seq":2`, "pack_corrupt"],
    ["a page", () => "<!doctype html>\n", "not_json"],
    ["a row that is none", () => `${good()}\n{}\n`, "invalid_document"],
    ["a row twice", () => `${good()}\n${good()}\n`, "invalid_document"],
    ["a row from after its pointer", () => `${good().replace('"seq":2', '"seq":3')}\n`, "invalid_document"],
  ] as ReadonlyArray<[string, () => string, RealmErrorCode]>)(
    "%s is refused, and the rows before it are not kept",
    async (_name, raw, code) => {
      const { realm, follower } = await followed(server);
      using _ = follower;
      const pack = servePack(raw());
      realm.publish(draftOf("a.four")).serve(server, onlyBase(pack));
      await follower.refuses(code);
      expect(requested()).toEqual(["realm.json", pathOf(pack)]);
    },
  );

  test("a row from before a delta begins is invalid_document, and is not made good by a larger download", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    const delta = servePack(`${good().replace('"seq":2', '"seq":1')}\n`);
    realm.publish(draftOf("a.four")).serve(server, { deltas: [{ from: 1, ...delta }] });
    await follower.refuses("invalid_document");
    expect(requested()).toEqual(["realm.json", pathOf(delta)]);
  });

  test("rows out of order in a base are invalid_document, though the state is right", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    realm.publish(draftOf("a.four"));
    const shuffled = packOf(realm.rows.toReversed());
    server.set(pathOf(shuffled), shuffled.content);
    const base = [{ ...refOf(shuffled), rows: shuffled.rows }];
    expect(stateOfRows(realm.rows)).toBe(realm.files().pointer.state);
    realm.serve(server, { deltas: [], base });
    await follower.refuses("invalid_document");
  });

  test("a bomb is pack_corrupt after as many bytes as were declared", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    const bomb = servePack(new Uint8Array(50 * 1024 * 1024));
    realm.publish(draftOf("a.four")).serve(server, onlyBase({ ...bomb, rawBytes: 1000 }));
    await follower.refuses("pack_corrupt");
  });

  test("a bomb that is declared is too_large, and nobody asks for it", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    const bomb = servePack(new Uint8Array(5 * 1024 * 1024));
    realm.publish(draftOf("a.four")).serve(server, onlyBase(bomb));
    await follower.refuses("too_large");
    expect(requested()).toEqual(["realm.json"]);
  });

  test("more rows than the pointer names are state_mismatch before they are all read", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    realm.publish(draftOf("a.four"), draftOf("a.five"));
    const { base } = realm.files().pointer;
    realm.serve(server, onlyBase(base[0] ?? servePack("")));
    await follower.refuses("state_mismatch");
  });
});

describe("a server that misbehaves at a pack", () => {
  test.each([
    ["an endless body", { kind: "endless" }, "pack_corrupt"],
    ["a login page", { kind: "captive-portal" }, "pack_missing"],
    ["an empty answer", { kind: "empty" }, "pack_corrupt"],
    ["a cut answer", { kind: "cut", afterBytes: 50 }, "network"],
    ["no answer", { kind: "no-headers" }, "timeout"],
    ["a byte a moment", { kind: "drip", everyMs: 20 }, "too_slow"],
    ["a loop of redirects", { kind: "redirect-loop" }, "redirect_refused"],
    ["a redirect to a file", { kind: "redirect", to: "file:///etc/passwd" }, "redirect_refused"],
    [
      "an encoding of its own",
      { kind: "headers", headers: { "content-encoding": "br" } },
      "unsupported_encoding",
    ],
  ] as const)("by %s is refused and leaves the old index", async (_name, behaviour, code) => {
    const limits = { headersTimeoutMs: 500, slowWindowMs: 50 };
    const { realm, follower } = await followed(server, { limits });
    using _ = follower;
    const { deltas } = realm.publish(draftOf("a.four")).serve(server);
    server.misbehave(pathOf(deltas[0] ?? { sha256: "" }), behaviour);
    await follower.refuses(code);
    await server.allClosed();
  });

  test("a pack's Retry-After is in the outcome", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    const { deltas } = realm.publish(draftOf("a.four")).serve(server);
    const path = pathOf(deltas[0] ?? { sha256: "" });
    server.misbehave(path, { kind: "status", status: 429, headers: { "retry-after": "90" } });
    expect(await follower.refuses("http_status")).toMatchObject({ retryAfterMs: 90_000 });
  });

  test("a sync that is over writes nothing, also for a pointer that needs no pack", async () => {
    const { follower } = await followed(server, { drafts: [] });
    using _ = follower;
    const pointer = new TestPackedRealm().publish().publish().files().pointer;
    const accepted = {
      pointer,
      bytes: encode(pointer),
      validator: {},
      from: { id: "team", url: server.url },
    };
    const deps = { packs: follower.writer.packs, client: createRealmClient(), scratch: noScratch };
    const work = syncPacks(
      { ...deps, checkpoint: () => {} },
      realmOf("team", server.url),
      accepted,
      AbortSignal.abort(new Error("too late")),
    );
    await expect(work).rejects.toThrow("too late");
    expect(follower.writer.packs.find("team")?.seq).toBe(1);
  });

  test("a sync that is over writes nothing of what arrives later", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    const { deltas } = realm.publish(draftOf("a.four")).serve(server);
    server.misbehave(pathOf(deltas[0] ?? { sha256: "" }), { kind: "drip", everyMs: 5, bytesAtOnce: 20 });
    const stopping = new AbortController();
    const syncing = follower.sync(stopping.signal);
    while (server.requests.length < 2) await Bun.sleep(1);
    stopping.abort(new Error("too late"));
    expect(await syncing).toMatchObject({ kind: "failed", message: "too late" });
    expect(follower.versions()).toHaveLength(3);
    await server.allClosed();
  });
});

function sha256OfPointer(bytes: Uint8Array | undefined): string {
  return createHash("sha256")
    .update(bytes ?? "")
    .digest("hex");
}
