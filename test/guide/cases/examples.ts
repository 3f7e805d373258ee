import { expect } from "bun:test";
import type { Case } from "../case.ts";
import { expectEvent } from "../expect-event.ts";
import { row } from "../setting.ts";

export const examples: readonly Case[] = [
  {
    heading: "Example 1: Discover & Install Kata",
    ordinal: 1,
    form: "function",
    claims: {
      "a compatible kata is shown, requested, proposed and approved": async (run, arrange) => {
        const { registry, scope, printed, emitted } = arrange({ hasSkill: () => true });
        const skills = { requiredSkills: ["mail.search", "finance.extract"] };
        registry.indexKatas("central", [
          row("finance.audit", "v1"),
          row("finance.audit", "v2", { complexity: "moderate", ...skills }),
        ]);
        const declared = await run(scope);

        expect(printed).toEqual([
          ["Latest version: v2"],
          ["Complexity: moderate"],
          ["Required skills: mail.search,finance.extract"],
          ["✓ Compatible with this Ronin version"],
        ]);
        const payload = expectEvent(emitted, "kata.install_proposed");
        expect(payload).toMatchObject({
          kataName: "finance.audit",
          fromRealm: "central",
          versions: [{ version: "v2" }, { version: "v1" }],
        });
        expect(declared?.request).toMatchObject({ id: payload.proposalId, kataVersion: "v2" });
        expect(registry.getPendingRequests()).toEqual([]);
        expect(registry.getRequest(String(payload.proposalId))).toMatchObject({
          status: "approved",
          approvedBy: "user123",
          approvedAt: expect.any(Number),
        });
      },
      "an approval is a decision, not an install": async (run, arrange) => {
        const { registry, scope } = arrange();
        registry.indexKatas("central", [row("finance.audit", "v2")]);
        await run(scope);
        expect(registry.getReceipts()).toEqual([]);
        expect(registry.getRequests()[0]?.installState).toBeUndefined();
      },
      "an incompatible kata is explained, and nothing is requested": async (run, arrange) => {
        const { registry, scope, printed, emitted } = arrange({ roninVersion: "0.1.0" });
        registry.indexKatas("central", [row("finance.audit", "v2", { minRoninVersion: "0.2.0" })]);
        expect(await run(scope)).toBeUndefined();
        expect(printed.at(-1)).toEqual(["✗ Incompatible:", ["Upgrade Ronin to 0.2.0 or higher"]]);
        expect(registry.getPendingRequests()).toEqual([]);
        expect(emitted).toEqual([]);
      },
    },
  },
  {
    heading: "Example 2: Dojo Proposing New Kata",
    ordinal: 1,
    form: "function",
    claims: {
      "no kata matches: a new one is proposed": async (run, arrange) => {
        const { registry, scope, emitted } = arrange();
        registry.indexKatas("central", [row("calendar.mirror", "v1", { tags: ["sync"] })]);
        await run(scope);
        expect(expectEvent(emitted, "kata.creation_proposed")).toEqual({
          proposalId: scope.uuid,
          kataName: "integration.slack_to_discord",
          phases: scope.draft.phases,
          requiredSkills: ["slack.read", "discord.post"],
          tags: ["sync"],
        });
      },
      "a kata matches: the model is not asked and nothing is proposed": async (run, arrange) => {
        let asked = 0;
        const ai = { complete: () => Promise.reject(new Error(`asked ${++asked} times`)) };
        const { registry, scope, emitted } = arrange({}, { ai });
        registry.indexKatas("central", [row("slack.digest", "v1")]);
        await run(scope);
        expect(asked).toBe(0);
        expect(emitted).toEqual([]);
      },
    },
  },
  {
    heading: "Example 3: Checking Realm Stats",
    ordinal: 1,
    form: "function",
    claims: {
      "names every enabled realm in order, and every kata with versions and installs": async (
        run,
        arrange,
      ) => {
        const { registry, scope, printed } = arrange();
        registry.indexKatas("central", [
          row("finance.audit", "v1"),
          row("finance.audit", "v2", { installCount: 7 }),
          row("mail.sort", "v1"),
        ]);
        registry.setRealmEnabled("local", false);
        await run(scope);
        const katas = [["  finance.audit: 2 versions, 7 installs"], ["  mail.sort: 1 versions, 0 installs"]];
        expect(printed).toEqual([["Team: 2 katas"], ...katas, ["Central Realms: 2 katas"], ...katas]);
      },
    },
  },
];
