import { expect } from "bun:test";
import { type EventName, eventTable } from "../../lib/events.ts";
import type { Setting } from "./setting.ts";

/** What our events say beyond the fields that the guide shows. An event without an entry is as the guide has it. */
const additions: Partial<Record<EventName, object>> = {
  "kata.install_proposed": { fromRealm: "central" },
  "kata.creation_proposed": { tags: [], complexity: "simple", sourceHash: "0a".repeat(32) },
  "kata.installed": { proposalId: "p-1", receiptId: "r-1", alreadyInstalled: false },
};
const versionAdditions = {
  status: "active",
  isCompatible: true,
  missingSkills: [],
  suggestions: [],
  plan: [{ kata: "central:finance.audit@v2", isInstalled: false }],
};

/**
 * The block emitted this one event, from the Dojo; its fields are ours by name and type: with what we add, our
 * schema takes the payload and keeps every field of the guide.
 */
export function expectEvent(emitted: Setting["emitted"], type: EventName): Record<string, unknown> {
  const found = emitted.filter((event) => event.type === type);
  expect(found).toHaveLength(1);
  const [{ payload, source } = { payload: {}, source: "" }] = found;
  expect(source).toBe("dojo");

  const parsed = eventTable[type].schema.parse({
    ...additions[type],
    ...withVersions(payload, versionAdditions),
  });
  expect(parsed).toMatchObject(withVersions(payload, {}));
  return payload;
}

/** The payload with each offered version reduced to what an offer says, and `added` to it. */
function withVersions(payload: Record<string, unknown>, added: object): Record<string, unknown> {
  if (!Array.isArray(payload.versions)) return payload;
  const versions = payload.versions.map(
    ({ version, tags, complexity, requiredSkills, sourceHash, compiledHash }) => ({
      ...added,
      ...{ version, tags, complexity, requiredSkills, sourceHash, compiledHash },
    }),
  );
  return { ...payload, versions };
}
