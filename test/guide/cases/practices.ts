import { expect } from "bun:test";
import { previousRun } from "../../../lib/model/schedule.ts";
import type { Case } from "../case.ts";
import type { Declared } from "../run.ts";
import { auditSource, row } from "../setting.ts";

interface AgentClass {
  schedule: string;
  new (): { execute(): Promise<void> };
}

export const practices: readonly Case[] = [
  {
    heading: "1. Always Show All Compatible Versions",
    ordinal: 1,
    form: "function",
    claims: {
      "shows every compatible version with its date, and no other": async (run, arrange) => {
        const { registry, scope, printed } = arrange();
        registry.indexKatas("central", [
          row("finance.audit", "v1", { releaseDate: 1_706_000_000_000 }),
          row("finance.audit", "v2", { releaseDate: 1_708_800_000_000 }),
          row("finance.audit", "v3", { minRoninVersion: "9.0.0" }),
        ]);
        await run(scope);
        expect(printed).toEqual([
          ["Compatible versions:"],
          ["  v2 (1708800000000)"],
          ["  v1 (1706000000000)"],
        ]);
      },
    },
  },
  {
    heading: "2. Check Missing Skills Before Install",
    ordinal: 1,
    form: "function",
    claims: {
      "missing skills are named, and it ends there": async (run, arrange) => {
        const metadata = row("finance.audit", "v2", { requiredSkills: ["mail.search", "finance.extract"] });
        const { scope, printed } = arrange({ hasSkill: () => false }, { metadata });
        expect(await run(scope)).toBeUndefined();
        expect(printed).toEqual([
          ["Cannot install: missing required skills"],
          ["Install these first:", ["mail.search", "finance.extract"]],
        ]);
      },
      "with every skill there it goes on": async (run, arrange) => {
        const metadata = row("finance.audit", "v2", { requiredSkills: ["mail.search"] });
        const { scope, printed } = arrange({ hasSkill: () => true }, { metadata });
        expect(await run(scope)).toMatchObject({ report: { isCompatible: true } });
        expect(printed).toEqual([]);
      },
    },
  },
  {
    heading: "3. Verify Checksums After Download",
    ordinal: 1,
    form: "function",
    claims: {
      "what the index says is what was downloaded and compiled": async (run, arrange) => {
        const { scope } = arrange();
        expect(await run(scope)).toMatchObject({
          sourceHash: scope.indexRow.sourceHash,
          compiledHash: scope.indexRow.compiledHash,
        });
      },
      "one changed byte of the source stops it": async (run, arrange) => {
        const { scope } = arrange({}, { source: auditSource.replace("gather", "gathes") });
        await expect(run(scope)).rejects.toThrow("Checksum mismatch! Possible tampering or corruption.");
      },
      "another compiled graph stops it": async (run, arrange) => {
        const { scope } = arrange();
        const ast = { ...scope.ast, initial: "other", phases: { other: { ...scope.ast.phases.gather } } };
        await expect(run({ ...scope, ast } as typeof scope)).rejects.toThrow("Compiled hash mismatch!");
      },
    },
  },
  {
    heading: "4. Track Installation Receipts",
    ordinal: 1,
    form: "function",
    claims: {
      "the receipt goes into its table and is read back by the registry": async (run, arrange) => {
        const { registry, scope } = arrange();
        const declared = await run(scope);
        expect(registry.getReceipts()).toEqual([
          declared?.receipt as ReturnType<typeof registry.getReceipts>[0],
        ]);
        expect(registry.getReceipts()).toMatchObject([
          {
            id: scope.uuid,
            kataName: "finance.audit",
            checksumVerified: true,
            sourceHash: scope.metadata.sourceHash,
            installedBy: "user123",
          },
        ]);
      },
    },
  },
  {
    heading: "5. Regular Realm Sync",
    ordinal: 1,
    form: "class",
    claims: {
      "runs daily at six": async (run, arrange) => {
        const declared = await run(arrange().scope);
        const { schedule } = toAgentClass(declared);
        expect(schedule).toBe("0 6 * * *");
        const due = new Date(previousRun(schedule, new Date(2026, 10, 22, 9, 30).getTime()));
        expect(due).toEqual(new Date(2026, 10, 22, 6, 0));
      },
      "indexes what central realms serve, and one failing realm stops no other": async (run, arrange) => {
        const fetched: Array<string | undefined> = [];
        const fetchRealmIndex = async (url: string | undefined) => {
          fetched.push(url);
          if (url?.includes("broken")) throw new Error("no route");
          return { katas: [row("finance.audit", "v2")] };
        };
        const { registry, scope, complained } = arrange({}, { fetchRealmIndex });
        registry.registerRealm({
          id: "broken",
          name: "Broken",
          type: "central",
          url: "https://broken.example",
          enabled: true,
        });
        const declared = await run(scope);
        await execute(declared);

        expect(fetched).toEqual(["https://broken.example", "https://realms.ronin.dev/v1"]);
        expect(complained).toEqual([["Failed to sync broken:", new Error("no route")]]);
        expect(registry.discover("audit")).toMatchObject([{ name: "finance.audit", fromRealm: "central" }]);
      },
      "a refused index is reported and the old one stays": async (run, arrange) => {
        const other = { ...row("finance.audit", "v2"), sourceHash: "0a".repeat(32) };
        const { registry, scope, complained } = arrange(
          {},
          { fetchRealmIndex: async () => ({ katas: [other] }) },
        );
        registry.indexKatas("central", [row("finance.audit", "v2")]);
        const declared = await run(scope);
        await execute(declared);

        expect(complained).toEqual([
          ["Failed to sync central:", expect.objectContaining({ code: "hash_conflict" })],
        ]);
        expect(registry.findKata("central", "finance.audit", "v2")?.sourceHash).toBe(
          row("finance.audit", "v2").sourceHash,
        );
      },
    },
  },
];

/** The class that the block's members were put into. */
function toAgentClass(declared: Declared): AgentClass {
  return declared?.Block as AgentClass;
}

function execute(declared: Declared): Promise<void> {
  const Agent = toAgentClass(declared);
  return new Agent().execute();
}
