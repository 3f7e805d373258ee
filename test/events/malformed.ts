import type { EventName } from "../../lib/events.ts";
import { fieldsOf, requiredFields, samples } from "./samples.ts";

const TEN_MEGABYTES = 10 * 1024 * 1024;

/** Payloads that no event of ours has, each with the name a test shows. */
export function malformedPayloads(event: EventName): Array<[name: string, payload: unknown]> {
  const sample: Record<string, unknown> = samples[event];
  return [
    ["null", null],
    ["nothing", undefined],
    ["an empty text", ""],
    ["a text", "finance.audit"],
    ["10 MB of text", "x".repeat(TEN_MEGABYTES)],
    ["the sample as JSON text", JSON.stringify(sample)],
    ["zero", 0],
    ["not a number", Number.NaN],
    ["true", true],
    ["an empty list", []],
    ["the sample in a list", [sample]],
    ["an empty object", {}],
    ["a function", () => sample],
    ["the sample one level down", { data: sample }],
    ["the sample behind __proto__", JSON.parse(`{"__proto__": ${JSON.stringify(sample)}}`)],
    ["the sample behind constructor", { constructor: { prototype: sample } }],
    ...requiredFields(event).map((name): [string, unknown] => [`no ${name}`, without(sample, name)]),
    ...fieldsOf(event).flatMap(([name]) =>
      wrongValues
        .filter(([what]) => !fitting[`${event} ${name}`]?.includes(what))
        .map(([what, value]): [string, unknown] => [`${name} is ${what}`, { ...sample, [name]: value }]),
    ),
  ];
}

/** Put into every field of every event. */
const wrongValues: ReadonlyArray<[name: string, value: unknown]> = [
  ["null", null],
  ["a number", 7],
  ["a fraction", -1.5],
  ["true", true],
  ["an empty text", ""],
  ["10 MB of text", "x".repeat(TEN_MEGABYTES)],
  ["a list", ["v1"]],
  ["an object", { toString: "v1" }],
];

/** Where one of them is right. Our own sentences and ids have no limit, since nobody else writes them. */
const fitting: Readonly<Record<string, readonly string[]>> = {
  "capability.missing context": wrongValues.map(([what]) => what),
  "capability.missing _proposedDsl": ["an empty text"],
  "kata.user_approved acceptOtherCompiler": ["true"],
  "kata.user_approved acceptStale": ["true"],
  "kata.user_rejected reason": ["an empty text"],
  "kata.creation_proposed requiredSkills": ["a list"],
  "kata.creation_proposed tags": ["a list"],
  "kata.installed receiptId": ["an empty text", "10 MB of text"],
  "kata.installed alreadyInstalled": ["true"],
  "kata.install_failed message": ["an empty text", "10 MB of text"],
  "kata.created phases": ["a list"],
  "kata.created receiptId": ["an empty text", "10 MB of text"],
  "kata.update_available newSkills": ["a list"],
  "realm.synced added": ["a number"],
  "realm.synced updated": ["a number"],
  "realm.synced withdrawn": ["a number"],
  "realm.synced unchanged": ["a number"],
};

function without(payload: Record<string, unknown>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(payload).filter(([key]) => key !== name));
}
