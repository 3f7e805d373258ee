import { expect } from "bun:test";
import type { Case } from "../case.ts";
import { membersOf } from "../members.ts";
import { row } from "../setting.ts";

export const discovery: readonly Case[] = [
  {
    heading: "Discovery Query",
    ordinal: 1,
    form: "function",
    claims: {
      "returns katas matching in name or tags, from the named realms only": async (run, arrange) => {
        const { registry, scope } = arrange();
        registry.indexKatas("central", [row("finance.audit", "v1"), row("mail.sort", "v1")]);
        registry.indexKatas("local", [row("books.check", "v1", { tags: ["audit"] })]);
        registry.indexKatas("team", [row("team.audit", "v1")]);

        const declared = await run(scope);
        expect(declared?.results).toMatchObject([
          { name: "finance.audit", fromRealm: "central" },
          { name: "books.check", fromRealm: "local" },
        ]);
      },
    },
  },
  {
    heading: "Discovery Query",
    ordinal: 2,
    form: "types",
    claims: {
      "a result has these fields and no others": async (run, arrange, block) => {
        const { registry, scope } = arrange();
        await run(scope);
        registry.indexKatas("central", [row("finance.audit", "v1")]);
        const [result] = registry.discover("audit");
        expect(Object.keys(result ?? {}).sort()).toEqual(membersOf(block.text).sort());
      },
      "compatible versions are those for this Ronin, among all versions": async (run, arrange) => {
        const { registry, scope } = arrange({ roninVersion: "0.2.0", hasSkill: () => false });
        await run(scope);
        registry.indexKatas("central", [
          row("finance.audit", "v1", { maxRoninVersion: "0.1.9" }),
          row("finance.audit", "v2", { minRoninVersion: "0.2.0", requiredSkills: ["mail.search"] }),
          row("finance.audit", "v3", { minRoninVersion: "0.3.0" }),
        ]);
        const [result] = registry.discover("audit");
        expect(result?.versions.map(({ version }) => version)).toEqual(["v3", "v2", "v1"]);
        expect(result?.compatibleVersions.map(({ version }) => version)).toEqual(["v2"]);
      },
    },
  },
  {
    heading: "Search by Tags",
    ordinal: 1,
    form: "function",
    claims: {
      "each word may be in a name or a tag, and the rest is not found": async (run, arrange) => {
        const { registry, scope } = arrange();
        registry.indexKatas("central", [
          row("finance.audit", "v1"),
          row("lights.evening", "v1", { tags: ["home-automation"] }),
          row("mail.sort", "v1", { tags: ["mail"] }),
        ]);
        const declared = await run(scope);
        expect(declared?.results).toMatchObject([{ name: "finance.audit" }, { name: "lights.evening" }]);
      },
    },
  },
  {
    heading: "Compatibility Checking",
    ordinal: 1,
    form: "function",
    claims: {
      "an old Ronin is told to upgrade, in the guide's words": async (run, arrange) => {
        const metadata = row("finance.audit", "v2", { minRoninVersion: "0.2.0" });
        const { scope, printed } = arrange({ roninVersion: "0.1.0" }, { metadata });
        await run(scope);
        expect(printed).toEqual([[["Upgrade Ronin to 0.2.0 or higher"]]]);
      },
      "missing skills are named": async (run, arrange) => {
        const metadata = row("finance.audit", "v2", { requiredSkills: ["mail.search", "notify.user"] });
        const { scope, printed } = arrange({ hasSkill: (name) => name === "notify.user" }, { metadata });
        const declared = await run(scope);
        expect(declared?.report).toMatchObject({ isCompatible: false, missingSkills: ["mail.search"] });
        expect(printed).toContainEqual(["Install skills first:", ["mail.search"]]);
      },
      "a kata that fits has nothing said about it": async (run, arrange) => {
        const { scope, printed } = arrange({ hasSkill: () => true });
        await run(scope);
        expect(printed).toEqual([]);
      },
    },
  },
  {
    heading: "Version Selection",
    ordinal: 1,
    form: "function",
    claims: {
      "shows every compatible version, newest first, and requests the chosen one": async (run, arrange) => {
        const { registry, scope, printed } = arrange();
        const tags = ["finance", "audit"];
        registry.indexKatas("central", [
          row("finance.audit", "v2", { description: "Reads mail", tags, complexity: "moderate" }),
          row("finance.audit", "v10", { description: "Reads banks", tags, complexity: "complex" }),
          row("finance.audit", "v11", { minRoninVersion: "9.0.0" }),
        ]);
        await run(scope);
        expect(printed).toEqual([
          ["Available versions:"],
          ["  v10 - Reads banks"],
          ["    Tags: finance, audit"],
          ["    Complexity: complex"],
          ["  v2 - Reads mail"],
          ["    Tags: finance, audit"],
          ["    Complexity: moderate"],
        ]);
        expect(registry.getPendingRequests()).toMatchObject([
          { kataName: "finance.audit", kataVersion: "v2", fromRealm: "central", status: "pending" },
        ]);
      },
    },
  },
];
