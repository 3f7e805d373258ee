import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RealmError } from "../../lib/errors.ts";
import { createRealmClient, type RealmAddress } from "../../lib/realm-client/client.ts";
import { acceptPointer, type KnownRealm } from "../../lib/sync/accept-pointer.ts";
import { codeOfAsync } from "../support/throws.ts";
import { emptyPointer, NOW, startRepository, type TestRepository } from "./repository.ts";

async function accept(
  repository: TestRepository,
  trust: KnownRealm["trust"],
  changes: Partial<RealmAddress> = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "realms-accept-"));
  try {
    return await acceptPointer(
      { client: createRealmClient(), metadataDir: join(folder, "acme"), now: NOW },
      { id: "acme", url: repository.server.url, ...changes },
      { trust, pointer: {} },
      new AbortController().signal,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function removeMetadata(repository: TestRepository): void {
  for (const path of repository.paths()) if (path.startsWith("metadata/")) repository.server.remove(path);
}

const asked = (repository: TestRepository) => repository.server.requests.map(({ path }) => path.slice(1));

describe("a realm that is met for the first time", () => {
  test("and is signed is read signed, on first use", async () => {
    await using repository = await startRepository();
    const { fetched, trust } = await accept(repository, undefined);
    expect(trust).toMatchObject({ trust: "first-use", root: repository.fingerprint(), seq: 7 });
    expect(fetched).toMatchObject({ kind: "packed", pointer: { seq: 7 } });
    expect(asked(repository)).not.toContain("realm.json");
    expect(asked(repository).filter((path) => path === "metadata/1.root.json")).toHaveLength(1);
  });

  test("and is not signed is read unsigned", async () => {
    await using repository = await startRepository();
    removeMetadata(repository);
    const { fetched, trust } = await accept(repository, undefined);
    expect(trust).toEqual({ trust: "unsigned" });
    expect(fetched.kind).toBe("packed");
    expect(asked(repository)).toEqual(["metadata/1.root.json", "realm.json"]);
  });

  test("and names a root that it does not serve is asked for it once", async () => {
    await using repository = await startRepository();
    removeMetadata(repository);
    repository.put("realm.json", Buffer.from(JSON.stringify({ ...emptyPointer(), root: "a".repeat(64) })));
    expect((await accept(repository, undefined)).trust).toEqual({ trust: "unsigned" });
    expect(asked(repository)).toEqual(["metadata/1.root.json", "realm.json"]);
  });

  test("and is pinned is read signed or not at all", async () => {
    await using repository = await startRepository();
    const root = repository.fingerprint();
    expect((await accept(repository, undefined, { root })).trust.trust).toBe("pinned");
    removeMetadata(repository);
    expect(await codeOfAsync(() => accept(repository, undefined, { root }), RealmError)).toBe(
      "signature_required",
    );
  });
});

describe("a realm that was unsigned", () => {
  test("is asked for its pointer and nothing else", async () => {
    await using repository = await startRepository();
    expect((await accept(repository, { trust: "unsigned" })).trust).toEqual({ trust: "unsigned" });
    expect(asked(repository)).toEqual(["realm.json"]);
  });

  test("is read signed from the day on which it names a root", async () => {
    await using repository = await startRepository();
    repository.setPointer({ root: repository.fingerprint() });
    repository.publish("targets", "snapshot", "timestamp");
    expect((await accept(repository, { trust: "unsigned" })).trust.trust).toBe("first-use");
  });

  test("and names a root that it does not serve stays what it was", async () => {
    await using repository = await startRepository();
    removeMetadata(repository);
    repository.put("realm.json", Buffer.from(JSON.stringify({ ...emptyPointer(), root: "a".repeat(64) })));
    expect((await accept(repository, { trust: "unsigned" })).trust).toEqual({ trust: "unsigned" });
  });
});

test("a realm that was signed is never read unsigned again", async () => {
  await using repository = await startRepository();
  const { trust } = await accept(repository, undefined);
  removeMetadata(repository);
  expect(await codeOfAsync(() => accept(repository, trust), RealmError)).toBe("unsigned_after_signed");
  expect(asked(repository)).not.toContain("realm.json");
});
