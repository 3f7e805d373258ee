import { expect } from "bun:test";
import type { Case } from "../case.ts";
import { membersOf } from "../members.ts";
import { row } from "../setting.ts";

export const concepts: readonly Case[] = [
  {
    heading: "RealmKataMetadata",
    ordinal: 1,
    form: "types",
    claims: {
      "every field of the interface comes back from the index as it went in": async (run, arrange, block) => {
        const full = row("finance.audit", "v2", {
          requiredSkills: ["mail.search", "finance.extract"],
          minRoninVersion: "0.1.0",
          maxRoninVersion: "0.3.0",
          tags: ["finance", "audit", "monthly"],
          complexity: "moderate",
          deprecated: true,
          installCount: 12,
        });
        expect(membersOf(block.text).sort()).toEqual(Object.keys(full).sort());

        const { registry, scope } = arrange({ roninVersion: "0.2.0" });
        await run(scope);
        registry.indexKatas("central", [full]);
        const [found] = registry.discover("finance.audit");
        expect(found?.versions).toMatchObject([full]);
        expect(found?.compatibleVersions).toMatchObject([full]);
      },
    },
  },
  {
    heading: "RealmsRegistry (Database Layer)",
    ordinal: 1,
    form: "function",
    claims: {
      "registers, indexes, discovers and checks": async (run, arrange) => {
        const { registry, scope } = arrange();
        const declared = await run(scope);

        expect(registry.findRealm("central")).toMatchObject({
          id: "central",
          name: "Central Realms",
          type: "central",
          url: "https://realms.ronin.dev/v1",
          enabled: true,
        });
        const version = {
          name: "finance.audit",
          version: "v2",
          requiredSkills: ["mail.search"],
          tags: ["finance", "audit"],
          complexity: "moderate",
        };
        expect(declared?.results).toMatchObject([
          { name: "finance.audit", fromRealm: "central", versions: [version], compatibleVersions: [version] },
        ]);
        expect(declared?.report).toEqual({ isCompatible: true, missingSkills: [], suggestions: [] });
      },
      "keeps the times of the row, in milliseconds": async (run, arrange) => {
        const before = Date.now();
        const { registry, scope } = arrange();
        await run(scope);
        const kata = registry.findKata("central", "finance.audit", "v2");
        expect(kata?.releaseDate).toBeWithin(before, Date.now() + 1);
        expect(kata?.lastModified).toBeWithin(before, Date.now() + 1);
      },
      "can be run again: a realm is registered anew and keeps its index": async (run, arrange) => {
        const { registry, scope } = arrange();
        await run(scope);
        const createdAt = registry.findRealm("central")?.createdAt;
        registry.registerRealm({
          id: "central",
          name: "Renamed",
          type: "central",
          url: "https://realms.ronin.dev/v1",
          enabled: true,
        });
        expect(registry.findRealm("central")).toMatchObject({ name: "Renamed", createdAt });
        expect(registry.discover("finance", ["central"])).toHaveLength(1);
      },
    },
  },
];
