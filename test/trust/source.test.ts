import { describe, expect, test } from "bun:test";
import { InstallError } from "../../lib/errors.ts";
import { MAX_SOURCE_BYTES } from "../../lib/model/kata.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { verifySource } from "../../lib/trust/source.ts";
import { codeOf } from "../support/throws.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const verify = (bytes: Uint8Array, hash = sha256Hex(bytes)) =>
  codeOf(() => verifySource(bytes, hash), InstallError);

describe("verifying a downloaded source", () => {
  test("matching bytes come back as text and as the bytes they were", () => {
    const bytes = bytesOf("kata a.b v1\n");
    const { text, hash, bytes: kept } = verifySource(bytes, sha256Hex(bytes));
    expect({ text, hash }).toEqual({ text: "kata a.b v1\n", hash: sha256Hex("kata a.b v1\n") });
    expect(kept).toBe(bytes);
  });

  test("one flipped bit anywhere is refused", () => {
    const good = bytesOf("kata a.b v1\nrequires skill s\n");
    const hash = sha256Hex(good);
    for (let position = 0; position < good.length; position++) {
      const bad = good.slice();
      bad[position] = (good[position] ?? 0) ^ 1;
      expect(verify(bad, hash)).toBe("source_hash_mismatch");
    }
  });

  test("one byte more or less is refused", () => {
    const hash = sha256Hex("kata");
    expect(verify(bytesOf("kat"), hash)).toBe("source_hash_mismatch");
    expect(verify(bytesOf("kata\n"), hash)).toBe("source_hash_mismatch");
  });

  test("a byte order mark survives, since it is part of what was hashed", () => {
    const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0x6b]);
    expect(verifySource(bytes, sha256Hex(bytes)).text).toBe("\uFEFFk");
  });

  test.each([
    ["a lone continuation byte", [0x6b, 0x80]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["a cut sequence", [0xe2, 0x82]],
  ])("bytes that are not UTF-8 are refused even with the right hash: %s", (_, bytes) => {
    expect(verify(new Uint8Array(bytes))).toBe("source_not_text");
  });

  test("the limit itself passes, one byte over does not, whatever its hash", () => {
    const most = new Uint8Array(MAX_SOURCE_BYTES).fill(0x20);
    expect(verifySource(most, sha256Hex(most)).text.length).toBe(MAX_SOURCE_BYTES);
    expect(verify(new Uint8Array(MAX_SOURCE_BYTES + 1).fill(0x20))).toBe("source_too_large");
  });
});
