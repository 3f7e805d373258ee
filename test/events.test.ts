import { describe, expect, test } from "bun:test";
import { installErrorCodes, realmErrorCodes } from "../lib/errors.ts";
import { type EventName, eventTable } from "../lib/events.ts";
import { malformedPayloads } from "./events/malformed.ts";
import { incoming, outgoing, requiredFields, samples } from "./events/samples.ts";

const names = [...incoming, ...outgoing];

describe("the table of events", () => {
  test("holds the events of the guide, each in its direction", () => {
    expect(incoming).toEqual([
      "capability.missing",
      "kata.user_approved",
      "kata.user_rejected",
      "kata.restore_requested",
    ]);
    expect(outgoing).toContain("kata.install_proposed");
    expect(outgoing).toContain("kata.creation_proposed");
    expect(outgoing).toContain("kata.installed");
    expect(outgoing).toContain("kata.created");
  });

  test("gives realm events the source of the sync and all others the Dojo's", () => {
    for (const name of outgoing) {
      expect({ name, source: eventTable[name].source }).toEqual({
        name,
        source: name.startsWith("realm.") ? "realm-sync" : "dojo",
      });
    }
  });

  test("names every code that an install or a sync can end with", () => {
    expect(eventTable["kata.install_failed"].schema.shape.code.options).toEqual([...installErrorCodes]);
    expect(eventTable["realm.sync_failed"].schema.shape.code.options).toEqual([...realmErrorCodes]);
  });
});

for (const name of names) {
  describe(name, () => {
    test("takes its sample and changes nothing in it", () => {
      expect(parse(name, samples[name])).toEqual(samples[name]);
    });

    test("refuses whatever does not fit", () => {
      const accepted = malformedPayloads(name).filter(([, payload]) => isAccepted(name, payload));
      expect(accepted.map(([what]) => what)).toEqual([]);
    });

    test("drops fields it does not know, so no secret travels along", () => {
      const parsed = parse(name, { ...samples[name], apiKey: "token123", headers: { authorization: "x" } });
      expect(parsed).toEqual(samples[name]);
    });

    test("keeps nothing of a __proto__ in JSON and changes no prototype", () => {
      const text = JSON.stringify(samples[name]).replace("{", '{"__proto__":{"polluted":true},');
      const parsed = parse(name, JSON.parse(text));
      expect(parsed).toEqual(samples[name]);
      expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
      expect("polluted" in {}).toBe(false);
    });
  });
}

describe("what an incoming event must say", () => {
  const required: Array<[EventName, string[]]> = [
    ["capability.missing", ["intent"]],
    ["kata.user_approved", ["proposalId", "approvedBy"]],
    ["kata.user_rejected", ["proposalId", "rejectedBy"]],
  ];
  for (const [name, fields] of required) {
    test(`${name} needs ${fields.join(" and ")}, and nothing else`, () => {
      expect(requiredFields(name)).toEqual(fields);
    });
  }

  test("an intent has words in it, at most 2000 characters", () => {
    expect(parse("capability.missing", { intent: "  audit \n" })).toEqual({ intent: "audit" });
    expect(isAccepted("capability.missing", { intent: "x".repeat(2000) })).toBe(true);
    expect(isAccepted("capability.missing", { intent: "x".repeat(2001) })).toBe(false);
    expect(isAccepted("capability.missing", { intent: "\t\n " })).toBe(false);
  });

  test("a draft is at most as long as a kata source may be", () => {
    const sample = samples["capability.missing"];
    expect(isAccepted("capability.missing", { ...sample, _proposedDsl: "x".repeat(262_144) })).toBe(true);
    expect(isAccepted("capability.missing", { ...sample, _proposedDsl: "x".repeat(262_145) })).toBe(false);
  });

  test("an approval names a person, not a blank", () => {
    const { proposalId } = samples["kata.user_approved"];
    expect(isAccepted("kata.user_approved", { proposalId, approvedBy: "user123" })).toBe(true);
    expect(isAccepted("kata.user_approved", { proposalId, approvedBy: "  " })).toBe(false);
    expect(isAccepted("kata.user_approved", { proposalId, approvedBy: "x".repeat(201) })).toBe(false);
  });

  test("a proof is read whole or not at all", () => {
    const { proof, ...approval } = samples["kata.user_approved"];
    for (const broken of [
      {},
      { ...proof, mac: "0b" },
      { ...proof, nonce: "xyz" },
      { ...proof, expiresAt: -1 },
    ]) {
      expect(isAccepted("kata.user_approved", { ...approval, proof: broken })).toBe(false);
    }
  });

  test("a rejection without a reason gets one", () => {
    const { proposalId, rejectedBy } = samples["kata.user_rejected"];
    expect(parse("kata.user_rejected", { proposalId, rejectedBy })).toMatchObject({ reason: "rejected" });
  });
});

describe("what an outgoing event may say", () => {
  test("only codes of the closed lists", () => {
    for (const name of ["kata.approval_unconfirmed", "kata.install_failed", "realm.sync_failed"] as const) {
      expect(isAccepted(name, { ...samples[name], code: "something_else" })).toBe(false);
      expect(isAccepted(name, { ...samples[name], code: "constructor" })).toBe(false);
    }
  });

  test("a whole hash with every offered version", () => {
    const [version] = samples["kata.install_proposed"].versions;
    const cut = { ...version, sourceHash: "abc123" };
    expect(
      isAccepted("kata.install_proposed", { ...samples["kata.install_proposed"], versions: [cut] }),
    ).toBe(false);
  });

  test("counts that can be counts", () => {
    for (const added of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "3"]) {
      expect(isAccepted("realm.synced", { ...samples["realm.synced"], added })).toBe(false);
    }
  });
});

function parse(name: EventName, payload: unknown): unknown {
  return eventTable[name].schema.parse(payload);
}

function isAccepted(name: EventName, payload: unknown): boolean {
  return eventTable[name].schema.safeParse(payload).success;
}
