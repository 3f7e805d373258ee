import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { scanJson } from "../../lib/realm-client/json-scan.ts";
import { defaultLimits } from "../../lib/realm-client/limits.ts";
import { type PointerRules, parsePointer } from "../../lib/realm-client/pointer.ts";
import { realmJson, refusal, row } from "./support.ts";

const rules: PointerRules = {
  file: "realm.json",
  realmId: "acme",
  isPinned: false,
  limits: defaultLimits,
  where: "realm.json at test",
};

const encode = (document: unknown) =>
  new TextEncoder().encode(typeof document === "string" ? document : JSON.stringify(document));

const read = (document: unknown, overrides: Partial<PointerRules> = {}) =>
  parsePointer(encode(document), { ...rules, ...overrides });

/** A pointer that holds its rows itself. */
function parse(document: unknown, overrides: Partial<PointerRules> = {}) {
  const pointer = read(document, overrides);
  if (pointer.kind !== "one-file") throw new Error("expected a pointer in one file");
  return pointer;
}

const refused = (
  document: unknown,
  code: Parameters<typeof refusal>[1],
  overrides: Partial<PointerRules> = {},
) =>
  refusal(
    Promise.resolve().then(() => read(document, overrides)),
    code,
  );

describe("form", () => {
  test("a document with no katas is an empty realm", () => {
    expect(parse({ format: 1, katas: [] })).toMatchObject({ katas: [] });
  });

  test("a byte order mark, as editors write it, is no obstacle", () => {
    expect(parse(`\uFEFF${JSON.stringify(realmJson())}`)).toMatchObject({ seq: 7 });
  });

  test.each([["not json"], ['{"format":1,"katas":['], ["   "], ["<html></html>"]])("%p is not_json", (text) =>
    refused(text, "not_json"),
  );

  test("bytes that are not UTF-8 are not_json", async () => {
    const bytes = encode(realmJson({ name: "Acme" }));
    bytes[bytes.indexOf("A".charCodeAt(0))] = 0xff;

    await refusal(
      Promise.resolve().then(() => parsePointer(bytes, rules)),
      "not_json",
    );
  });

  test.each([["null"], ["[]"], ['"text"'], ["7"]])("%s is invalid_document", (text) =>
    refused(text, "invalid_document"),
  );

  test.each([
    ["format", { katas: [] }],
    ["format", { format: "1", katas: [] }],
    ["katas", { format: 1 }],
    ["katas", { format: 1, katas: {} }],
    ["realm", realmJson({ realm: "../acme" })],
    ["seq", realmJson({ seq: -1 })],
    ["seq", realmJson({ seq: 1.5 })],
    ["seq", realmJson({ seq: "7" })],
    ["seq", `{"format":1,"katas":[],"seq":9007199254740993}`],
    ["issued", realmJson({ issued: "yesterday" })],
  ])("a wrong %s is invalid_document and named", async (path, document) => {
    const error = await refused(document, "invalid_document");

    expect(error.message).toContain(`: ${path}: `);
  });

  test("format 2 is unsupported_format", () => refused({ format: 2, katas: [] }, "unsupported_format"));

  test("another realm's document is wrong_realm", async () => {
    const error = await refused(realmJson({ realm: "evil" }), "wrong_realm");

    expect(error.message).toContain("evil");
  });

  test("a document that does not name its realm is accepted", () => {
    expect(parse({ format: 1, katas: [row()] }).katas).toHaveLength(1);
  });

  test("an unsigned document of a pinned realm is signature_required", async () => {
    await refused(realmJson(), "signature_required", { isPinned: true });
    await refused({ katas: [] }, "signature_required", { isPinned: true, file: "index.json" });
  });

  test("index.json needs katas and nothing else", async () => {
    expect(parse({ katas: [row()] }, { file: "index.json" }).katas).toEqual([row()]);
    await refused({}, "invalid_document", { file: "index.json" });
  });
});

describe("rows", () => {
  test.each([
    ["katas[1].sourceHash", { sourceHash: "ABC" }],
    ["katas[1].name", { name: "../x" }],
    ["katas[1].name", { name: "__proto__" }],
    ["katas[1].version", { version: "2" }],
    ["katas[1].requiredSkills[0]", { requiredSkills: ["a b"] }],
    ["katas[1].reason", { status: "withdrawn" }],
  ])("a bad row is named by %s, and what it held is not repeated", async (path, bad) => {
    const error = await refused(
      realmJson({ katas: [row(), row({ version: "v3", ...bad })] }),
      "invalid_document",
    );

    expect(error.message).toContain(` ${path}: `);
    for (const value of Object.values(bad)) expect(error.message).not.toContain(`"${value}"`);
  });

  test.each([[null], [7], ["text"], [[]]])("the row %p is invalid_document", async (bad) => {
    const error = await refused(realmJson({ katas: [bad] }), "invalid_document");

    expect(error.message).toContain("katas[0]");
  });

  test("a million bad rows cost one issue", async () => {
    const text = `{"format":1,"katas":[${"0,".repeat(999_999)}0]}`;

    const error = await refused(text, "invalid_document");

    expect(error.cause).toHaveProperty("issues.length", 1);
  });

  test("the same version twice is invalid_document", async () => {
    const error = await refused(
      realmJson({ katas: [row(), row({ version: "v3" }), row()] }),
      "invalid_document",
    );

    expect(error.message).toContain("katas[2] repeats finance.audit@v2 of katas[0]");
  });

  test("one row more than allowed is too_large", async () => {
    const katas = [row({ version: "v1" }), row(), row({ version: "v3" })];
    const limits = { ...defaultLimits, maxRows: 2 };

    expect(parse(realmJson({ katas: katas.slice(1) }), { limits }).katas).toHaveLength(2);
    await refused(realmJson({ katas }), "too_large", { limits });
  });

  test("a row of one byte more than allowed is too_large and named", async () => {
    const large = row({ description: "long ".repeat(20) });
    const maxRowBytes = JSON.stringify(large).length;
    const document = realmJson({ katas: [row({ version: "v1" }), large] });

    expect(parse(document, { limits: { ...defaultLimits, maxRowBytes } }).katas).toHaveLength(2);
    const error = await refused(document, "too_large", {
      limits: { ...defaultLimits, maxRowBytes: maxRowBytes - 1 },
    });
    expect(error.message).toContain("katas[1]");
  });

  test("rows are counted by list: an unknown list in front does not shift their numbers", async () => {
    const text = `{"others":[{},{},{}],"katas":[{},{"padding":"${"x".repeat(9000)}"}]}`;

    const error = await refused(text, "too_large");

    expect(error.message).toContain(" katas[1] ");
  });

  test("a row of one megabyte is too_large though every known field is small", () =>
    refused(realmJson({ katas: [row({ padding: "x".repeat(1_000_000) })] }), "too_large"));
});

describe("hostile JSON", () => {
  test.each([
    ["brackets", "[".repeat(10_000)],
    ["braces", '{"a":'.repeat(10_000)],
    ["a row", `{"format":1,"katas":[{"tags":${"[".repeat(10_000)}`],
  ])("10,000 levels of %s are too_large", (_name, text) => refused(text, "too_large"));

  test("eight levels are allowed and nine are too_large", async () => {
    const nested = (arrays: number) =>
      `{"format":1,"katas":[],"x":${"[".repeat(arrays)}${"]".repeat(arrays)}}`;

    expect(parse(nested(7)).katas).toEqual([]);
    await refused(nested(8), "too_large");
  });

  test("brackets inside of strings are text, also after escaped quotes and backslashes", () => {
    const description = `${'{[\\"'.repeat(30)}\\`;

    expect(parse(realmJson({ katas: [row({ description })] })).katas[0]?.description).toBe(description);
  });

  test("keys such as __proto__ and constructor change nothing", () => {
    const text = JSON.stringify(realmJson())
      .replace('{"format"', '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"format"')
      .replace('{"name":"finance', '{"__proto__":{"polluted":1},"constructor":1,"name":"finance');

    const { katas } = parse(text);

    expect(katas).toEqual([row()]);
    expect(Object.keys(katas[0] ?? {})).not.toContain("__proto__");
    expect(Object.getPrototypeOf(katas[0])).toBe(Object.prototype);
    expect({}).not.toHaveProperty("polluted");
  });

  test("the scan finds a depth exactly where parsing finds it", () => {
    // Strings of nothing but what could confuse a scan.
    const text = fc.string({ unit: fc.constantFrom('"', "\\", "{", "}", "[", "]", ",", "é"), maxLength: 6 });
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        text,
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(text, tie("value"), { maxKeys: 3 }),
      ),
    }));

    fc.assert(
      fc.property(value, (document) => {
        const bytes = encode(JSON.stringify(document));
        const scan = (maxJsonDepth: number) => () =>
          scanJson(bytes, { maxJsonDepth, maxRowBytes: Number.MAX_VALUE }, "test");
        const depth = depthOf(document);

        expect(scan(depth)).not.toThrow();
        if (depth > 0) expect(scan(depth - 1)).toThrow();
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
