import { beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RealmsRegistry } from "../../lib/index.ts";
import { cases } from "./cases/all.ts";
import { checkTypes } from "./check.ts";
import { plantedModules } from "./planted.ts";
import { guideText, idOf, readBlocks } from "./read-guide.ts";
import { readSignatures, toModule } from "./signatures.ts";
import { wrap } from "./wrap.ts";

const blocks = readBlocks(guideText).filter(({ language }) => language === "typescript");
const eventDocs = readBlocks(readFileSync(join(import.meta.dir, "../../docs/events.md"), "utf8"));
const signatures = readSignatures(guideText);

const guideModules = new Map(
  blocks.map((block) => {
    const form = cases.find((one) => idOf(one) === idOf(block))?.form ?? "function";
    return [idOf(block), wrap(block, form)];
  }),
);
const signatureModules = new Map(signatures.map((one) => [one.heading, toModule(one)]));
const docModules = new Map(
  eventDocs.map((block) => [`docs/events.md ${idOf(block)}`, toDocModule(block.text)]),
);

/** One program for everything: making it is what takes the time. */
let complaints = new Map<string, string[]>();
beforeAll(() => {
  complaints = checkTypes(new Map([...guideModules, ...signatureModules, ...docModules, ...plantedModules]));
}, 120_000);

describe("against the public types", () => {
  for (const id of guideModules.keys()) {
    test(`the guide's block type-checks: ${id}`, () => {
      expect(complaints.get(id)).toEqual([]);
    });
  }

  for (const heading of signatureModules.keys()) {
    test(`the guide's signature is ours: ${heading}`, () => {
      expect(complaints.get(heading)).toEqual([]);
    });
  }

  for (const id of docModules.keys()) {
    test(`the example type-checks: ${id}`, () => {
      expect(complaints.get(id)).toEqual([]);
    });
  }

  for (const id of plantedModules.keys()) {
    test(`and it is really checked: ${id} is refused`, () => {
      expect(complaints.get(id)).not.toEqual([]);
      expect(complaints.has(id)).toBe(true);
    });
  }
});

describe("the guide's API reference", () => {
  test("lists nine methods, each a synchronous one of the registry", () => {
    expect(signatures.map(({ name }) => name)).toEqual([
      "registerRealm",
      "getEnabledRealms",
      "indexKatas",
      "discover",
      "checkCompatibility",
      "requestInstall",
      "getPendingRequests",
      "approveInstall",
      "rejectInstall",
    ]);
    for (const { name } of signatures) {
      const method: unknown = Reflect.get(RealmsRegistry.prototype, name);
      expect({ name, kind: method?.constructor.name }).toEqual({ name, kind: "Function" });
    }
  });
});

/** An example as an agent's author would write it: with the host's api at hand, and our types by name. */
function toDocModule(text: string): string {
  const imports = text.match(/^import .*$/gm)?.join("\n") ?? "";
  const statements = text.replace(/^import .*$/gm, "");
  return [
    imports.replace('"ronin-realms"', '"../../lib/index.ts"'),
    'import type { HostApi } from "../../lib/host.ts";',
    `export function run(api: HostApi) {\n${statements}\n}`,
  ].join("\n");
}
