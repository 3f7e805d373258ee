import { describe, expect, test } from "bun:test";
import { RealmError } from "../../lib/errors.ts";
import type { SignedState } from "../../lib/trust/signed-state.ts";
import { raiseTrust, type SignedTrust, signingOf, trustLevelOf } from "../../lib/trust/trust-level.ts";
import { assertNotRolledBack } from "../../lib/trust/tuf-floor.ts";
import { codeOf } from "../support/throws.ts";

const [ROOT, OTHER, KEYS, NEW_KEYS] = ["a", "b", "c", "d"].map((digit) => digit.repeat(64)) as [
  string,
  string,
  string,
  string,
];

function signed(changes: Partial<SignedState> = {}): SignedTrust {
  return {
    trust: "pinned",
    root: ROOT,
    currentRoot: ROOT,
    versions: { root: 2, timestamp: 5, snapshot: 4, targets: 3 },
    keys: { timestamp: KEYS, snapshot: KEYS },
    seq: 10,
    expiresAt: 1000,
    ...changes,
  };
}

describe("the level of a realm", () => {
  test.each(["pinned", "first-use"] as const)("that is signed is %s until its signatures end", (trust) => {
    const known = { ...signed(), trust };
    expect(trustLevelOf(known, { now: 999 })).toBe(trust);
    expect(trustLevelOf(known, { now: 1000 })).toBe("stale");
  });

  test("is stale while the realm shows signatures that have expired", () => {
    expect(trustLevelOf(signed(), { now: 0, lastFailure: "metadata_expired" })).toBe("stale");
    expect(trustLevelOf(signed(), { now: 0, lastFailure: "network" })).toBe("pinned");
  });

  test("that is unsigned never changes by itself", () => {
    expect(trustLevelOf({ trust: "unsigned" }, { now: 2 ** 40, lastFailure: "metadata_expired" })).toBe(
      "unsigned",
    );
  });
});

describe("how a realm is read", () => {
  test.each([
    ["pinned and never met", ROOT, undefined, "signed"],
    ["pinned and met unsigned", ROOT, { trust: "unsigned" }, "signed"],
    ["met signed", undefined, signed(), "signed"],
    ["met unsigned", undefined, { trust: "unsigned" }, "unsigned"],
    ["never met", undefined, undefined, "ask"],
  ] as const)("that is %s", (_name, root, known, expected) => {
    expect(signingOf(root, known)).toBe(expected);
  });
});

describe("what is remembered of a realm", () => {
  test("that was unsigned may become signed", () => {
    expect(raiseTrust({ trust: "unsigned" }, signed())).toEqual(signed());
  });

  test("that was signed never becomes unsigned", () => {
    expect(codeOf(() => raiseTrust(signed(), { trust: "unsigned" }), RealmError)).toBe(
      "unsigned_after_signed",
    );
  });

  test("keeps each version and the publish number where it was highest", () => {
    const lower = signed({
      versions: { root: 1, timestamp: 1, snapshot: 9, targets: 1 },
      seq: 9,
      expiresAt: 500,
    });
    expect(raiseTrust(signed(), lower)).toEqual(
      signed({ versions: { root: 2, timestamp: 5, snapshot: 9, targets: 3 }, seq: 10, expiresAt: 500 }),
    );
  });

  test("starts anew with another first root, but for the publish number", () => {
    const versions = { root: 1, timestamp: 1, snapshot: 1, targets: 1 };
    expect(raiseTrust(signed(), signed({ root: OTHER, versions, seq: 1 }))).toEqual(
      signed({ root: OTHER, versions, seq: 10 }),
    );
  });
});

describe("the lowest acceptable version", () => {
  const judge = (seen: Partial<SignedState>) => {
    try {
      assertNotRolledBack(signed(seen), signed(), "realms.example");
      return "accepted";
    } catch (error) {
      return error instanceof RealmError ? error.code : error;
    }
  };

  test.each(["root", "timestamp", "snapshot", "targets"] as const)(
    "of %s is the one that was seen",
    (role) => {
      const { versions } = signed();
      expect(judge({ versions })).toBe("accepted");
      expect(judge({ versions: { ...versions, [role]: versions[role] - 1 } })).toBe("metadata_rolled_back");
    },
  );

  test("of the publish number is the one that was seen", () => {
    expect(judge({ seq: 10 })).toBe("accepted");
    expect(judge({ seq: 9 })).toBe("metadata_rolled_back");
  });

  const low = { root: 2, timestamp: 1, snapshot: 1, targets: 1 };

  test("of timestamp and snapshot is void once the timestamp's keys were replaced", () => {
    const keys = { timestamp: NEW_KEYS, snapshot: KEYS };
    expect(judge({ keys, versions: { ...low, targets: 3 } })).toBe("accepted");
    expect(judge({ keys, versions: low })).toBe("metadata_rolled_back");
  });

  test("of the targets is void once the snapshot's keys were replaced", () => {
    const keys = { timestamp: KEYS, snapshot: NEW_KEYS };
    expect(judge({ keys, versions: { root: 2, timestamp: 5, snapshot: 4, targets: 1 } })).toBe("accepted");
    expect(judge({ keys, versions: low })).toBe("metadata_rolled_back");
  });

  test("of the root and the publish number outlives every key", () => {
    const keys = { timestamp: NEW_KEYS, snapshot: NEW_KEYS };
    expect(judge({ keys, versions: low })).toBe("accepted");
    expect(judge({ keys, versions: { ...low, root: 1 } })).toBe("metadata_rolled_back");
    expect(judge({ keys, versions: low, seq: 9 })).toBe("metadata_rolled_back");
  });

  test("of the publish number counts under another first root too", () => {
    const versions = { root: 1, timestamp: 1, snapshot: 1, targets: 1 };
    expect(judge({ root: OTHER, versions })).toBe("accepted");
    expect(judge({ root: OTHER, versions, seq: 9 })).toBe("metadata_rolled_back");
  });
});
