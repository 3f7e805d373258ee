import { describe, expect, test } from "bun:test";
import { RegistryError } from "../../lib/errors.ts";
import { chooseShared, type ShareChoice } from "../../lib/life/choose-shared.ts";
import { findOwnKatas } from "../../lib/life/own-katas.ts";
import type { KataInstallReceipt } from "../../lib/model/install.ts";
import type { HostKata } from "../../lib/registry/registry.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { codeOf } from "../support/throws.ts";

const hostKata = (name: string, source = name): HostKata => ({
  name,
  version: "v1",
  source,
  compiledGraph: "{}",
  requiredSkills: [],
  checksum: "",
  createdAt: 1,
});
const receipt = (kataName: string, fromRealm: string, source = kataName): KataInstallReceipt => ({
  id: crypto.randomUUID(),
  kataName,
  kataVersion: "v1",
  fromRealm,
  installedAt: 1,
  checksumVerified: true,
  sourceHash: sha256Hex(source),
  compiledHash: "0".repeat(64),
  installedBy: "mira",
});

/** Receipts come newest first. */
const own = (katas: HostKata[], receipts: KataInstallReceipt[]) =>
  findOwnKatas({ getHostKatas: () => katas, getReceipts: () => receipts });

const katas = own(
  ["c.made", "a.theirs", "b.byhand", "d.both", "e.edited"].map((name) =>
    hostKata(name, name === "e.edited" ? "something else" : name),
  ),
  [
    receipt("d.both", "local"),
    receipt("c.made", "local"),
    receipt("d.both", "acme"),
    receipt("a.theirs", "acme"),
    receipt("e.edited", "local"),
  ],
);

describe("where a kata of this Ronin came from", () => {
  test("is told by the receipts for its very bytes, and a realm's receipt outweighs this Ronin's", () => {
    expect(katas.map(({ name, origin }) => [name, origin])).toEqual([
      ["a.theirs", { realm: "acme" }],
      ["b.byhand", "unknown"],
      ["c.made", "created"],
      ["d.both", { realm: "acme" }],
      ["e.edited", "unknown"],
    ]);
  });

  test("does not depend on which receipt is newer", () => {
    const receipts = [receipt("d.both", "acme"), receipt("d.both", "local")];
    expect(own([hostKata("d.both")], receipts)).toMatchObject([{ origin: { realm: "acme" } }]);
  });
});

describe("what is shared of it", () => {
  const choose = (choice: Partial<ShareChoice>, published: string[] = []) => {
    const isPublished = ({ name }: { name: string }) => published.includes(name);
    const { chosen, leftOut } = chooseShared(katas, { named: [], all: false, ...choice }, isPublished);
    expect(chosen.length + leftOut.length).toBe(katas.length);
    return chosen.map(({ name }) => name);
  };

  test("is what was created here, and nothing that came from elsewhere", () => {
    expect(choose({})).toEqual(["c.made"]);
  });

  test("is with --all also what nobody knows the origin of, and still nothing of a realm", () => {
    expect(choose({ all: true })).toEqual(["b.byhand", "c.made", "e.edited"]);
  });

  test("is what a person names, by name or version, and nothing else", () => {
    expect(choose({ named: ["a.theirs", "b.byhand@v1"] })).toEqual(["a.theirs", "b.byhand"]);
  });

  test("keeps what was published before", () => {
    expect(choose({ named: ["b.byhand"] }, ["c.made"])).toEqual(["b.byhand", "c.made"]);
  });

  test.each(["none.such", "c.made@v2", "c.made@"])("refuses %s, which this Ronin does not have", (name) => {
    expect(codeOf(() => choose({ named: [name] }), RegistryError)).toBe("unknown_kata");
  });
});
