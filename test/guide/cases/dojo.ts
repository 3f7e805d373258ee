import { expect } from "bun:test";
import type { Case, Claim } from "../case.ts";
import { expectEvent } from "../expect-event.ts";
import { row } from "../setting.ts";
import { declaredNames } from "../wrap.ts";

const heading = "Responsibilities";

/** The block subscribes one async handler, which takes a real payload of the event and does not reject. */
function listensTo(event: string, payload: object): Claim {
  return async (run, arrange) => {
    const { events, scope } = arrange();
    const returned: unknown[] = [];
    const on = (name: string, handler: (data: unknown) => unknown): void =>
      events.on(name, (data) => void returned.push(handler(data)));
    await run({ ...scope, api: { events: { on, off: events.off, emit: events.emit } } });

    expect(events.getRegisteredEvents()).toEqual([{ event, handlerCount: 1 }]);
    events.emit(event, payload, "test");
    expect(returned).toEqual([expect.any(Promise)]);
    expect(await Promise.all(returned)).toEqual([undefined]);
  };
}

export const dojo: readonly Case[] = [
  {
    heading,
    ordinal: 1,
    form: "function",
    claims: { "listens for a need": listensTo("capability.missing", { intent: "track subscriptions" }) },
  },
  {
    heading,
    ordinal: 2,
    form: "function",
    claims: {
      "searches the named realms for the query": async (run, arrange) => {
        const { registry, scope } = arrange();
        registry.indexKatas("central", [row("finance.audit", "v1", { requiredSkills: ["mail.search"] })]);
        registry.indexKatas("team", [row("finance.audit", "v4")]);

        const named = await run({ ...scope, query: "finance", realmIds: ["central"] });
        expect(named?.results).toMatchObject([
          { fromRealm: "central", versions: [{ version: "v1", requiredSkills: ["mail.search"] }] },
        ]);
        const unknown = await run({ ...scope, query: "finance", realmIds: ["elsewhere"] });
        expect(unknown?.results).toEqual([]);
      },
    },
  },
  {
    heading,
    ordinal: 3,
    form: "function",
    claims: {
      "proposes an install, or a new kata": async (run, arrange) => {
        const { scope, emitted } = arrange();
        await run(scope);
        expect(emitted.map(({ type }) => type)).toEqual(["kata.install_proposed", "kata.creation_proposed"]);
        expect(expectEvent(emitted, "kata.install_proposed")).toMatchObject({
          proposalId: scope.uuid,
          kataName: "finance.audit",
          fromRealm: "central",
        });
        expect(expectEvent(emitted, "kata.creation_proposed")).toEqual({
          proposalId: scope.uuid,
          kataName: "finance.track_subscriptions",
          phases: scope.draft.phases,
          requiredSkills: scope.draft.requiredSkills,
        });
      },
    },
  },
  {
    heading,
    ordinal: 4,
    form: "function",
    claims: {
      "listens for an approval": listensTo("kata.user_approved", {
        proposalId: "p-1",
        approvedBy: "user123",
      }),
    },
  },
  {
    heading: "Integration Example",
    ordinal: 1,
    form: "function",
    claims: {
      "tells a story and runs nothing": async (run, arrange, block) => {
        const { scope, emitted, printed } = arrange();
        expect(declaredNames(block.text)).toEqual([]);
        expect(await run(scope)).toEqual({});
        expect([...emitted, ...printed]).toEqual([]);
      },
      "the story holds: the search it names finds the kata it names, with its skill": async (
        _run,
        arrange,
        block,
      ) => {
        const [, word = ""] = /searches realms for "(\w+)"/.exec(block.text) ?? [];
        const [, name = "", version = "", skill = ""] =
          /Finds: (\S+) (v\d+) \(requires (\S+) skill\)/.exec(block.text) ?? [];
        const { registry } = arrange({ hasSkill: (asked) => asked === skill });
        registry.indexKatas("central", [
          row(name, version, { requiredSkills: [skill] }),
          row("mail.sort", "v1"),
        ]);

        const [found, ...others] = registry.discover(word);
        expect(others).toEqual([]);
        expect(found).toMatchObject({ name, versions: [{ version, requiredSkills: [skill] }] });
        const request = registry.requestInstall(name, version, "central");
        expect(registry.approveInstall(request.id, "user123")).toMatchObject({ status: "approved" });
      },
    },
  },
];
