import { describe, expect, test } from "bun:test";
import { createRealmAdder } from "../../lib/desk/add-realm.ts";
import { RealmError, RegistryError } from "../../lib/errors.ts";
import type { Realm } from "../../lib/model/realm.ts";
import type { RealmAddress } from "../../lib/realm-client/realm-address.ts";
import type { RealmsRegistry } from "../../lib/registry/registry.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { codeOfAsync } from "../support/throws.ts";

const ROOT = new TextEncoder().encode('{"signed":{}}');
const fingerprint = sha256Hex(ROOT);
const url = "http://192.0.2.7:3000/realms/v1";

function adderFor(root: Uint8Array | undefined) {
  const asked: RealmAddress[] = [];
  const added: Realm[] = [];
  const registry = { findRealm: () => undefined, registerRealm: (realm: Realm) => added.push(realm) };
  const adder = createRealmAdder({
    registry: registry as unknown as RealmsRegistry,
    clock: { now: () => 1 },
    async findFirstRoot(address) {
      asked.push(address);
      return root;
    },
  });
  return { adder, asked, added };
}

describe("a realm on another machine, over plain http", () => {
  test("is added when it shows the root that the person brought", async () => {
    const { adder, asked, added } = adderFor(ROOT);
    const { ticket, signing } = await adder.preview({ id: "team", url, fingerprint });
    expect(signing).toEqual({ kind: "signed", fingerprint });
    expect(asked).toEqual([{ id: "team", url, root: fingerprint }]);
    await adder.add({ ticket, fingerprint });
    expect(added).toMatchObject([{ id: "team", url, root: fingerprint }]);
  });

  test("is not even asked without a fingerprint", async () => {
    const { adder, asked } = adderFor(ROOT);
    expect(await codeOfAsync(() => adder.preview({ id: "team", url }), RegistryError)).toBe("invalid_input");
    expect(asked).toEqual([]);
  });

  test.each([
    ["another root", new TextEncoder().encode("{}")],
    ["none", undefined],
  ])("is not shown with %s, and cannot be added", async (_what, root) => {
    const { adder, added } = adderFor(root);
    const previewed = () => adder.preview({ id: "team", url, fingerprint });
    expect(await codeOfAsync(previewed, RealmError)).toBe("root_mismatch");
    expect(added).toEqual([]);
  });
});

test("an encrypted realm shows its root, whatever fingerprint was brought: the person compares", async () => {
  const { adder, asked } = adderFor(ROOT);
  const preview = await adder.preview({ id: "team", url: "https://t.example", fingerprint: "0".repeat(64) });
  expect(preview.signing).toEqual({ kind: "signed", fingerprint });
  expect(asked).toEqual([{ id: "team", url: "https://t.example", root: undefined }]);
});
