import { expect, test } from "bun:test";
import { createLock } from "../../lib/life/create-lock.ts";
import type { KataInstallReceipt } from "../../lib/model/install.ts";
import { kataLockSchema } from "../../lib/model/lock.ts";
import type { Realm } from "../../lib/model/realm.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import type { RealmTrust } from "../../lib/trust/trust-level.ts";

const [PIN, MET] = ["a".repeat(64), "b".repeat(64)];
const realms: Record<string, Realm> = {
  pinned: {
    id: "pinned",
    name: "P",
    type: "custom",
    url: "https://p.example",
    enabled: true,
    root: PIN,
    apiKey: "key",
  },
  met: { id: "met", name: "M", type: "custom", url: "https://m.example", enabled: true },
  open: { id: "open", name: "O", type: "custom", url: "https://o.example", enabled: true },
  local: { id: "local", name: "L", type: "local", enabled: true },
};
const trust: Record<string, Partial<RealmTrust>> = {
  met: { trust: "first-use", root: MET },
  open: { trust: "unsigned" },
};

const installed = (name: string, version: string, fromRealm: string) => {
  const source = `${name} ${version}`;
  const receipt = {
    kataName: name,
    kataVersion: version,
    fromRealm,
    sourceHash: sha256Hex(source),
    compiledHash: PIN,
  } as KataInstallReceipt;
  return {
    receipt,
    host: { name, version, source, compiledGraph: "", requiredSkills: [], checksum: "", createdAt: 1 },
  };
};

test("a lock names every installed kata by name and version, and each realm with the root that counts", () => {
  const all = [
    installed("b.b", "v10", "met"),
    installed("b.b", "v9", "pinned"),
    installed("a.a", "v1", "open"),
    installed("c.c", "v1", "local"),
    installed("d.d", "v1", "removed"),
  ];
  const lock = createLock({
    getNewestReceipts: () => [
      ...all.map(({ receipt }) => receipt),
      installed("gone.kata", "v1", "met").receipt,
    ],
    getHostKatas: () => all.map(({ host }) => host),
    findRealm: (id) => realms[id],
    findRealmTrust: (id) => trust[id] as RealmTrust | undefined,
  });
  expect(lock.katas.map(({ name, version, realm }) => `${realm}:${name}@${version}`)).toEqual([
    "open:a.a@v1",
    "pinned:b.b@v9",
    "met:b.b@v10",
    "local:c.c@v1",
    "removed:d.d@v1",
  ]);
  expect(lock.realms).toEqual([
    { id: "local" },
    { id: "met", url: "https://m.example", root: MET },
    { id: "open", url: "https://o.example" },
    { id: "pinned", url: "https://p.example", root: PIN },
    { id: "removed" },
  ]);
  expect(kataLockSchema.parse(lock)).toEqual(lock);
});
