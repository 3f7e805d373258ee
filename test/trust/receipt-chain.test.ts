import { describe, expect, test } from "bun:test";
import {
  type ChainLink,
  chainStart,
  findBreaks,
  headMac,
  isContinued,
  isHeadGenuine,
} from "../../lib/trust/receipt-chain.ts";

const older: ChainLink[] = [
  { id: "o1", hash: "ho1" },
  { id: "o2", hash: "ho2" },
];

/** `r1` to `r4` behind two older ones, each with the hash of the one before. */
function chain(): ChainLink[] {
  return [
    ...older,
    { id: "r1", hash: "h1", position: 1, previousHash: chainStart(["ho1", "ho2"]) },
    { id: "r2", hash: "h2", position: 2, previousHash: "h1" },
    { id: "r3", hash: "h3", position: 3, previousHash: "h2" },
    { id: "r4", hash: "h4", position: 4, previousHash: "h3" },
  ];
}

const head = { position: 4, hash: "h4" };
const key = new Uint8Array(32).fill(7);

describe("a chain of receipts", () => {
  test("that is whole has no break, whether its end is known or lags behind", () => {
    expect(findBreaks(chain(), undefined)).toEqual([]);
    expect(findBreaks(chain(), head)).toEqual([]);
    expect(findBreaks(chain(), { position: 2, hash: "h2" })).toEqual([]);
    expect(findBreaks([], undefined)).toEqual([]);
    expect(findBreaks(older, undefined)).toEqual([]);
  });

  test("names the receipt that was changed: the next one knows what it was", () => {
    const links = chain().map((link) => (link.id === "r2" ? { ...link, hash: "other" } : link));
    expect(findBreaks(links, head)).toEqual([{ problem: "receipt_changed", receiptId: "r2" }]);
  });

  test("names the receipt behind one that was taken out", () => {
    const links = chain().filter(({ id }) => id !== "r3");
    expect(findBreaks(links, head)).toEqual([{ problem: "receipt_removed", receiptId: "r4" }]);
  });

  test("names a receipt that was put in at another's place", () => {
    const links = chain();
    links.splice(4, 0, { id: "r9", hash: "h9", position: 2, previousHash: "h1" });
    expect(findBreaks(links, head)).toContainEqual({ problem: "receipt_added", receiptId: "r9" });
  });

  test.each<[string, ChainLink[]]>([
    ["changed", [{ id: "o1", hash: "other" }, ...chain().slice(1)]],
    ["taken out", chain().slice(1)],
    ["put in", [{ id: "o0", hash: "ho0" }, ...chain()]],
  ])("knows that an older one was %s", (_, links) => {
    expect(findBreaks(links, head)).toEqual([{ problem: "older_changed" }]);
  });

  test("knows by its head alone that the last one was changed", () => {
    const links = chain().map((link) => (link.id === "r4" ? { ...link, hash: "other" } : link));
    expect(findBreaks(links, undefined)).toEqual([]);
    expect(findBreaks(links, head)).toEqual([{ problem: "receipt_changed", receiptId: "r4" }]);
  });

  test("knows by its head alone that the last one was taken out", () => {
    expect(findBreaks(chain().slice(0, -1), undefined)).toEqual([]);
    expect(findBreaks(chain().slice(0, -1), head)).toEqual([{ problem: "receipt_removed" }]);
    expect(findBreaks([], head)).toEqual([{ problem: "receipt_removed" }]);
  });

  test("knows by its head alone that all of it was made anew", () => {
    const links: ChainLink[] = [
      { id: "x1", hash: "hx1", position: 1, previousHash: chainStart([]) },
      { id: "x2", hash: "hx2", position: 2, previousHash: "hx1" },
    ];
    expect(findBreaks(links, undefined)).toEqual([]);
    expect(findBreaks(links, { position: 2, hash: "h2" })).toEqual([
      { problem: "receipt_changed", receiptId: "x2" },
    ]);
  });
});

describe("the end of a chain", () => {
  const from = (position: number) => chain().filter((link) => (link.position ?? 0) >= position);

  test("goes on from where it was remembered", () => {
    expect(isContinued(from(4), head)).toBe(true);
    expect(isContinued(from(2), { position: 2, hash: "h2" })).toBe(true);
    expect(isContinued(chain(), undefined)).toBe(true);
  });

  test.each<[string, ChainLink[]]>([
    ["nothing is left", []],
    [
      "that receipt is another one",
      from(2).map((link) => (link.id === "r2" ? { ...link, hash: "x" } : link)),
    ],
    ["that receipt is gone", from(3)],
    ["a later one is gone", from(2).filter(({ id }) => id !== "r3")],
    ["a later one was changed", from(2).map((link) => (link.id === "r3" ? { ...link, hash: "x" } : link))],
  ])("does not when %s", (_, links) => {
    expect(isContinued(links, { position: 2, hash: "h2" })).toBe(false);
  });

  test("is not taken for one where the whole chain is broken and none was remembered", () => {
    expect(isContinued(from(2), undefined)).toBe(false);
  });
});

describe("a remembered head", () => {
  const mac = headMac(head, "/ronin.db", key);

  test("is genuine for its own key, database, position and hash only", () => {
    expect(isHeadGenuine(head, mac, "/ronin.db", key)).toBe(true);
    expect(isHeadGenuine(head, mac, "/ronin.db", new Uint8Array(32))).toBe(false);
    expect(isHeadGenuine(head, mac, "/other.db", key)).toBe(false);
    expect(isHeadGenuine({ ...head, position: 3 }, mac, "/ronin.db", key)).toBe(false);
    expect(isHeadGenuine({ ...head, hash: "h3" }, mac, "/ronin.db", key)).toBe(false);
  });

  test.each(["", "zz", mac.slice(2), `${mac}00`])("is not genuine with the mac %j", (other) => {
    expect(isHeadGenuine(head, other, "/ronin.db", key)).toBe(false);
  });
});
