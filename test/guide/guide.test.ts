import type { Database } from "bun:sqlite";
import { afterEach, describe, expect, test } from "bun:test";
import ts from "typescript";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { cases } from "./cases/all.ts";
import { type Block, guideText, idOf, readBlocks } from "./read-guide.ts";
import { load } from "./run.ts";
import { createSetting } from "./setting.ts";
import { substitutions } from "./substitutions.ts";
import { wrap } from "./wrap.ts";

const allBlocks = readBlocks(guideText);
const blocks = new Map(allBlocks.filter(isCode).map((block) => [idOf(block), block]));

describe("the guide", () => {
  test("is the text its authors wrote", () => {
    expect(sha256Hex(guideText)).toBe("4609ecd4530b7d4b97e3035b45a594bd514dbd56171499a3bc13116867bd1d0f");
  });

  test("has a test for every TypeScript block, and no test has lost its block", () => {
    expect(cases.map(idOf).sort()).toEqual([...blocks.keys()].sort());
  });

  test("has blocks of no other kind than those looked at here and in other-blocks.test.ts", () => {
    expect(new Set(allBlocks.map(({ language }) => language))).toEqual(
      new Set(["", "json", "typescript", "sql"]),
    );
  });

  test("has no placeholder left in its code once the named ones are replaced", () => {
    for (const one of cases) {
      const { text } = blocks.get(idOf(one)) ?? { text: "" };
      const left = withoutComments(wrap({ text }, one.form)).match(/\.\.\.(?!\w)/g) ?? [];
      expect({ block: idOf(one), left }).toEqual({ block: idOf(one), left: [] });
    }
  });

  test("holds every placeholder that is replaced", () => {
    for (const { placeholder } of substitutions) expect(guideText).toContain(placeholder);
  });
});

for (const { heading, ordinal, form, claims } of cases) {
  describe(idOf({ heading, ordinal }), () => {
    const opened: Database[] = [];
    afterEach(() => {
      for (const database of opened.splice(0)) database.close();
    });
    const arrange: typeof createSetting = (...given) => {
      const setting = createSetting(...given);
      opened.push(setting.database);
      return setting;
    };

    test("claims something", () => {
      expect(Object.keys(claims)).not.toEqual([]);
    });
    for (const [claim, prove] of Object.entries(claims)) {
      test(claim, async () => {
        const block = blocks.get(idOf({ heading, ordinal }));
        if (block === undefined) throw new Error("The guide has no such block.");
        await prove(load(wrap(block, form)), arrange, block);
      });
    }
  });
}

function isCode({ language }: Block): boolean {
  return language === "typescript";
}

function withoutComments(moduleText: string): string {
  return ts.transpileModule(moduleText, {
    compilerOptions: { removeComments: true, target: ts.ScriptTarget.ESNext },
  }).outputText;
}
