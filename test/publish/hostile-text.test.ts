import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { toPlainText } from "../../lib/model/text.ts";
import type { PackedRealm, PackRow } from "../../lib/model/wire.ts";
import { escapeHtml, toBrowsePage } from "../../lib/publish/browse-page.ts";
import { findHiddenCharacter } from "../../lib/publish/hidden-characters.ts";
import { NameShapes } from "../../lib/publish/lookalikes.ts";
import { START } from "./realm-folder.ts";

describe("a hidden character is found", () => {
  test.each([
    ["\u0000", "U+0000"],
    ["\u001b", "U+001B"],
    ["\u007f", "U+007F"],
    ["\u0085", "U+0085"],
    ["\u00ad", "U+00AD"],
    ["\u200b", "U+200B"],
    ["\u200d", "U+200D"],
    ["\u200f", "U+200F"],
    ["\u2028", "U+2028"],
    ["\u202e", "U+202E"],
    ["\u2066", "U+2066"],
    ["\u3164", "U+3164"],
    ["\ufe0f", "U+FE0F"],
    ["\ufeff", "U+FEFF"],
    ["\u{e0020}", "U+E0020"],
  ])("%j", (character, codePoint) => {
    expect(findHiddenCharacter(`ö\nab${character}c`)).toEqual({ codePoint, line: 2, column: 3 });
  });

  test("exactly where a client would drop something, and nowhere else", () => {
    void fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 20 }), (text) => {
        const line = text.replace(/[\t\n\r]/g, "");
        const shown = toPlainText(`a${line}b`, 1000);
        const collapsed = `a${line}b`.replace(/ {2,}/g, " ");
        expect(findHiddenCharacter(line) === undefined).toBe(shown === collapsed);
      }),
      { numRuns: 500 },
    );
  });

  test("never in what people write with", () => {
    for (const text of ["Prüft Ausgaben", "日本語", "עברית", "🎉 naïve café", "a\tb\r\nc", "ｆｕｌｌ"]) {
      expect([text, findHiddenCharacter(text)]).toEqual([text, undefined]);
    }
  });
});

describe("the browse page", () => {
  const pointer: PackedRealm = {
    format: 1,
    realm: "acme",
    seq: 1,
    issued: new Date(START).toISOString(),
    rows: 1,
    state: "0".repeat(64),
    base: [],
    deltas: [],
  };
  const row: PackRow = {
    seq: 1,
    name: "acme.one",
    version: "v1",
    status: "active",
    tags: [],
    complexity: "simple",
    requiredSkills: [],
    requiredKatas: [],
    releaseDate: START,
    lastModified: START,
    sourceHash: "a".repeat(64),
    sourceBytes: 1,
    compiledHash: "0".repeat(64),
    compiledWith: "1.1.1",
  };
  const hostile = `</title><script>alert(1)</script><img src=x onerror="alert(2)">' & "`;

  test("shows hostile text as text, wherever it comes from", () => {
    const page = toBrowsePage({ ...pointer, name: hostile, notice: hostile }, [
      { ...row, description: hostile, tags: [hostile] },
      { ...row, version: "v2", status: "withdrawn", reason: hostile },
    ]);
    expect(page).not.toMatch(/<script|<img|onerror="/);
    expect(page.split(escapeHtml(hostile))).toHaveLength(7);
    expect(page).toContain("default-src 'none'");
  });

  test("runs nothing and loads nothing, for any text", () => {
    void fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const page = toBrowsePage(pointer, [{ ...row, description: text }]);
        const plain = toBrowsePage(pointer, [{ ...row, description: "" }]);
        const tags = (html: string) => html.match(/<[a-z/!][^>]*>/gi) ?? [];
        expect(tags(page)).toEqual(tags(plain));
      }),
      { numRuns: 200 },
    );
  });

  test("lists versions newest first, describes a kata by what can be installed, and links each source", () => {
    const page = toBrowsePage(pointer, [
      { ...row, description: "First" },
      { ...row, version: "v2", description: "Second" },
      { ...row, version: "v3", description: "Third", status: "withdrawn", reason: "Unsafe" },
    ]);
    expect(page).toContain("Second");
    expect(page).not.toContain("Third");
    expect([...page.matchAll(/kata">(v\d)</g)].map(([, version]) => version)).toEqual(["v3", "v2", "v1"]);
    expect(page).toContain("withdrawn: Unsafe</span>");
    expect(page).toContain(`href="katas/${"a".repeat(64)}.kata"`);
  });

  test("stops at two thousand katas and says how many more there are", () => {
    const rows = Array.from({ length: 2003 }, (_, index) => ({ ...row, name: `n${index}` }));
    const page = toBrowsePage(pointer, rows);
    expect(page.match(/<tr><td>/g)).toHaveLength(2000);
    expect(page).toContain("And 3 more.");
  });
});

test("names look alike when nothing but case, - and _ tells them apart", () => {
  const shapes = new NameShapes(["acme.notify-user", "acme.other"]);
  for (const name of ["acme.notify_user", "acme.notifyuser", "Acme.Notify-User", "acme.notify--user"]) {
    expect([name, shapes.findLookalike(name)]).toEqual([name, "acme.notify-user"]);
  }
  for (const name of ["acme.notify-user", "acme.notify.user", "acme.notify-users"]) {
    expect([name, shapes.findLookalike(name)]).toEqual([name, undefined]);
  }
});
