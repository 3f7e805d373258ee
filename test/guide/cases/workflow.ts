import { expect } from "bun:test";
import { eventTable } from "../../../lib/events.ts";
import type { Case } from "../case.ts";
import { expectEvent } from "../expect-event.ts";
import { row } from "../setting.ts";

export const workflow: readonly Case[] = [
  {
    heading: "Step 1: Request Installation",
    ordinal: 1,
    form: "function",
    claims: {
      "returns a pending request with exactly the fields shown": async (run, arrange) => {
        const before = Date.now();
        const { registry, scope } = arrange();
        registry.indexKatas("central", [row("finance.audit", "v2")]);
        const declared = await run(scope);

        // Through JSON, which leaves out what is undefined and nothing else.
        expect(JSON.parse(JSON.stringify(declared?.request))).toEqual({
          id: expect.stringMatching(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/),
          kataName: "finance.audit",
          kataVersion: "v2",
          fromRealm: "central",
          requestedAt: expect.any(Number),
          status: "pending",
        });
        const [request] = registry.getPendingRequests();
        expect(request).toEqual(declared?.request as typeof request);
        expect(request?.requestedAt).toBeWithin(before, Date.now() + 1);
      },
      "proposes it under the request's id": async (run, arrange) => {
        const { registry, scope, emitted } = arrange();
        registry.indexKatas("central", [row("finance.audit", "v2")]);
        await run({ ...scope, offered: registry.discover("finance.audit")[0]?.versions ?? [] });

        const [request] = registry.getPendingRequests();
        expect(expectEvent(emitted, "kata.install_proposed")).toMatchObject({
          proposalId: request?.id,
          kataName: "finance.audit",
          versions: [{ version: "v2" }],
        });
      },
    },
  },
  {
    heading: "Step 2: User Approval",
    ordinal: 1,
    form: "function",
    claims: {
      "says who approved which proposal, in an event that the Dojo listens to": async (run, arrange) => {
        const { registry, scope, emitted } = arrange();
        registry.indexKatas("central", [row("finance.audit", "v2")]);
        const request = registry.requestInstall("finance.audit", "v2", "central");
        await run({ ...scope, request });

        expect(eventTable["kata.user_approved"].direction).toBe("in");
        expect(expectEvent(emitted, "kata.user_approved")).toEqual({
          proposalId: request.id,
          approvedBy: "user123",
        });
      },
      "the event alone approves nothing: the registry is told by who handles it": async (run, arrange) => {
        const { registry, scope } = arrange();
        registry.indexKatas("central", [row("finance.audit", "v2")]);
        const request = registry.requestInstall("finance.audit", "v2", "central");
        await run({ ...scope, request });
        expect(registry.getRequest(request.id).status).toBe("pending");
      },
    },
  },
  {
    heading: "Step 3: Dojo Agent Handles Installation",
    ordinal: 1,
    form: "function",
    claims: {
      "tells which kata of which realm was installed": async (run, arrange) => {
        const { scope, emitted } = arrange();
        await run(scope);
        expect(expectEvent(emitted, "kata.installed")).toEqual({
          kataName: "finance.audit",
          kataVersion: "v2",
          fromRealm: "central",
        });
      },
    },
  },
];
