import type * as z from "zod";
import {
  type EventName,
  type EventTable,
  eventTable,
  type IncomingEvent,
  type OutgoingEvent,
} from "../../lib/events.ts";

type Samples = { [Name in EventName]: z.input<EventTable[Name]["schema"]> };

const proposalId = "6f1c0f5e-3f0a-4c56-9d7e-7a1c7e1a9b11";
const kata = { kataName: "finance.audit", kataVersion: "v2", fromRealm: "central" };
const proof = { nonce: "0a".repeat(16), expiresAt: 1_767_225_900_000, mac: "0b".repeat(32) };

/** One payload of each event that its schema takes as it is. */
export const samples: Samples = {
  "capability.missing": { intent: "I need to track all recurring subscriptions", context: { agent: "mail" } },
  "kata.user_approved": { proposalId, approvedBy: "user123", kataVersion: "v2", proof },
  "kata.user_rejected": { proposalId, rejectedBy: "user123", reason: "too many skills", proof },
  "kata.restore_requested": { requestedBy: "user123" },
  "capability.available": { intent: "audit my accounts", kataName: "finance.audit", kataVersion: "v2" },
  "kata.install_proposed": {
    proposalId,
    kataName: "finance.audit",
    fromRealm: "central",
    trust: "pinned",
    versions: [
      {
        version: "v2",
        tags: ["finance"],
        complexity: "moderate",
        requiredSkills: ["mail.search"],
        status: "active",
        sourceHash: "0c".repeat(32),
        compiledHash: "0d".repeat(32),
        isCompatible: true,
        missingSkills: [],
        suggestions: [],
        plan: [{ kata: "central:finance.audit@v2", isInstalled: false }],
      },
    ],
  },
  "kata.creation_proposed": {
    proposalId,
    kataName: "integration.slack_to_discord",
    phases: [{ name: "read", action: "run skill slack.read" }],
    requiredSkills: ["slack.read"],
    tags: ["slack"],
    complexity: "simple",
    sourceHash: "0e".repeat(32),
  },
  "kata.approval_unconfirmed": { proposalId, code: "proof_missing" },
  "kata.installed": {
    ...kata,
    proposalId,
    receiptId: "r-1",
    alreadyInstalled: false,
    contract: "contract daily.finance.audit v1\ntarget kata finance.audit v2\ntrigger cron 0 3 * * *\n",
    trust: "pinned",
  },
  "kata.install_failed": { ...kata, proposalId, code: "source_hash_mismatch", message: "The bytes differ." },
  "kata.altered": { ...kata, receiptId: "r-1", difference: "source_changed" },
  "receipts.altered": { problem: "receipt_removed", receiptId: "r-1" },
  "kata.created": {
    proposalId,
    kataName: "notes.daily",
    kataVersion: "v1",
    createdBy: "user123",
    phases: ["write"],
    receiptId: "r-2",
  },
  "kata.update_available": {
    ...kata,
    proposalId,
    installedVersion: "v1",
    changes: "Reads receipts too.",
    newSkills: ["file.read"],
  },
  "kata.withdrawn": {
    ...kata,
    status: "withdrawn",
    reason: "leaks addresses",
    replacedBy: "central:finance.audit@v3",
    suggestion: "realms uninstall finance.audit@v2",
  },
  "kata.incompatible": { ...kata, roninVersion: "2.0.0", reason: "Choose another version." },
  "kata.restored": { ...kata, receiptId: "r-1" },
  "realm.synced": { realmId: "central", added: 3, updated: 0, withdrawn: 1, unchanged: 40 },
  "realm.sync_failed": { realmId: "central", code: "timeout" },
};

const names = Object.keys(eventTable) as EventName[];
export const incoming = names.filter((name): name is IncomingEvent => eventTable[name].direction === "in");
export const outgoing = names.filter((name): name is OutgoingEvent => eventTable[name].direction === "out");

/** Names of an event's fields that a sender may not leave out. */
export function requiredFields(event: EventName): string[] {
  return fieldsOf(event).flatMap(([name, schema]) => (schema.safeParse(undefined).success ? [] : [name]));
}

/** An event's fields with their schemas. */
export function fieldsOf(event: EventName): Array<[name: string, schema: z.ZodType]> {
  return Object.entries(eventTable[event].schema.shape);
}
