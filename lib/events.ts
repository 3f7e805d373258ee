import * as z from "zod";
import { installErrorCodes, realmErrorCodes } from "./errors.ts";
import { trustLevels } from "./model/trust.ts";
import { kataDifferences, receiptBreaks } from "./model/verification.ts";
import { approvalProofSchema } from "./trust/approval-proof.ts";

/** Who emits what: every event of the Dojo has the source `dojo`, every event of a sync `realm-sync`. */
export const sources = { dojo: "dojo", realmSync: "realm-sync" } as const;

const proposalId = z.string().min(1).max(100).describe("id of the install request that the proposal opened");
const kataName = z.string().min(1).max(64).describe("dotted kata name, `finance.audit`");
const kataVersion = z.string().min(1).max(10).describe("kata version, `v2`");
const realmId = z.string().min(1).max(64).describe("realm id, `central`");
const intent = z.string().trim().min(1).max(2000).describe("the need in a person's words");
const person = z.string().trim().min(1).max(200);
const count = z.int().nonnegative();
const receiptId = z.string().min(1).max(100);
const hash = z.string().length(64);
const trust = z
  .enum(trustLevels)
  .optional()
  .describe("how much stands behind the realm; missing before its first sync");
const sentence = z.string().min(1).max(1000);

const offeredVersion = z.object({
  version: kataVersion,
  description: z.string().optional(),
  tags: z.array(z.string()),
  complexity: z.enum(["simple", "moderate", "complex"]),
  requiredSkills: z.array(z.string()),
  status: z.enum(["active", "deprecated"]),
  releaseDate: z.number().optional().describe("milliseconds since 1970"),
  changes: z.string().optional(),
  sourceHash: hash.describe("SHA-256 of the source"),
  compiledHash: hash.describe("SHA-256 of the compiled graph"),
  isCompatible: z.boolean().describe("Ronin version in range and no skill missing"),
  missingSkills: z.array(z.string()).describe("over the whole plan"),
  suggestions: z.array(z.string()).describe("what a person can do about it"),
  plan: z
    .array(z.object({ kata: z.string().describe("`realm:name@version`"), isInstalled: z.boolean() }))
    .describe("all that would be installed, required katas first; empty when no plan can be made"),
  planProblem: z.string().optional().describe("code of what stops the plan, such as `missing_kata`"),
});

const installFailure = z.enum(installErrorCodes);

/**
 * Every event this pack listens to or emits: its payload, and in which direction it goes. The documentation in
 * `docs/events.md` is made from this table.
 */
export const eventTable = {
  "capability.missing": {
    direction: "in",
    summary: "An agent or a person needs something no installed kata does. The Dojo searches all realms.",
    schema: z.object({
      intent,
      context: z.unknown().optional().describe("anything the sender wants to add; kept out of searches"),
      _proposedDsl: z
        .string()
        .max(262_144)
        .optional()
        .describe("a kata draft, as `ronin kata propose` sends it"),
    }),
  },
  "kata.user_approved": {
    direction: "in",
    summary: "A person approved a proposal. Under `confirmed` approvals it must carry a proof.",
    schema: z.object({
      proposalId,
      approvedBy: person.describe("who approved"),
      kataVersion: kataVersion.optional().describe("the version chosen; default: the request's own"),
      acceptOtherCompiler: z
        .boolean()
        .optional()
        .describe("install although another Ronin version's compiler made the realm's compiled hash"),
      acceptStale: z.boolean().optional().describe("install although a realm's signatures have expired"),
      proof: approvalProofSchema.optional().describe("made by the page, also for `realms approve`"),
    }),
  },
  "kata.user_rejected": {
    direction: "in",
    summary: "A person rejected a proposal. Under `confirmed` approvals it must carry a proof.",
    schema: z.object({
      proposalId,
      rejectedBy: person.describe("who rejected"),
      reason: z.string().trim().max(500).default("rejected").describe("why"),
      proof: approvalProofSchema.optional(),
    }),
  },
  "kata.restore_requested": {
    direction: "in",
    summary: "Put back, from kept sources, what the host has lost of the katas that have a receipt.",
    schema: z.object({ requestedBy: person.describe("who asks; it is only logged") }),
  },
  "capability.available": {
    direction: "out",
    source: sources.dojo,
    summary: "The need is met by a kata that is installed already.",
    schema: z.object({ intent, kataName, kataVersion }),
  },
  "kata.install_proposed": {
    direction: "out",
    source: sources.dojo,
    summary: "A realm has a kata for the need. A person chooses one of the versions, newest first.",
    schema: z.object({ proposalId, kataName, versions: z.array(offeredVersion), fromRealm: realmId, trust }),
  },
  "kata.creation_proposed": {
    direction: "out",
    source: sources.dojo,
    summary: "No realm has a kata for the need. A new one, already compiled, is proposed.",
    schema: z.object({
      proposalId,
      kataName,
      phases: z.array(z.object({ name: z.string(), action: z.string() })),
      requiredSkills: z.array(z.string()),
      tags: z.array(z.string()),
      complexity: z.enum(["simple", "moderate", "complex"]),
      sourceHash: hash,
    }),
  },
  "kata.approval_unconfirmed": {
    direction: "out",
    source: sources.dojo,
    summary: "A decision came without a valid proof and was ignored. A person decides with `realms approve`.",
    schema: z.object({
      proposalId,
      code: z.enum(["proof_missing", "proof_malformed", "proof_wrong_key", "proof_expired", "proof_spent"]),
    }),
  },
  "kata.installed": {
    direction: "out",
    source: sources.dojo,
    summary: "The kata is registered with the host and has a receipt.",
    schema: z.object({
      kataName,
      kataVersion,
      fromRealm: realmId,
      proposalId,
      receiptId: z.string().describe("row in `kata_install_receipts`"),
      alreadyInstalled: z.boolean().describe("true when the host had it before, with the same bytes"),
      contract: z
        .string()
        .min(1)
        .max(1000)
        .optional()
        .describe("a contract that runs it nightly, in the syntax of this host; nobody has saved it"),
      trust,
    }),
  },
  "kata.install_failed": {
    direction: "out",
    source: sources.dojo,
    summary: "An approved install stopped. The code is also in the request's row.",
    schema: z.object({
      proposalId,
      kataName: kataName.optional(),
      kataVersion: kataVersion.optional(),
      fromRealm: realmId.optional(),
      code: installFailure,
      message: z.string().describe("a sentence for a person"),
    }),
  },
  "kata.altered": {
    direction: "out",
    source: sources.dojo,
    summary: "An installed kata is not what its receipt says. Looked at daily, and said until it is mended.",
    schema: z.object({
      kataName,
      kataVersion,
      fromRealm: realmId,
      receiptId: receiptId.describe("row in `kata_install_receipts`"),
      difference: z.enum(kataDifferences).describe("what of it; `realms verify` explains"),
    }),
  },
  "receipts.altered": {
    direction: "out",
    source: sources.dojo,
    summary: "The receipts do not fit together: one was changed, taken out or put in.",
    schema: z.object({
      problem: z.enum(receiptBreaks).describe("what is wrong; `realms verify` explains"),
      receiptId: receiptId.optional().describe("the receipt at fault, or the first one behind a gap"),
    }),
  },
  "kata.created": {
    direction: "out",
    source: sources.dojo,
    summary: "A proposed new kata was approved and registered with the host.",
    schema: z.object({
      proposalId,
      kataName,
      kataVersion,
      createdBy: person,
      phases: z.array(z.string()),
      receiptId: z.string(),
    }),
  },
  "kata.update_available": {
    direction: "out",
    source: sources.dojo,
    summary:
      "A realm has a newer version of an installed kata, which a pending request proposes. Once a version.",
    schema: z.object({
      proposalId,
      kataName,
      fromRealm: realmId,
      installedVersion: kataVersion.describe("the newest one that is installed"),
      kataVersion,
      changes: sentence.optional().describe("one line by the publisher"),
      newSkills: z.array(z.string()).describe("skills that the installed version does not require"),
    }),
  },
  "kata.withdrawn": {
    direction: "out",
    source: sources.dojo,
    summary:
      "A realm withdrew or deprecated an installed version. It stays until a person takes it out. Told once.",
    schema: z.object({
      kataName,
      kataVersion,
      fromRealm: realmId,
      status: z.enum(["withdrawn", "deprecated"]).describe("what the realm calls it now"),
      reason: sentence.optional().describe("why, in the realm's words"),
      replacedBy: sentence.optional().describe("`acme:finance.audit@v3`"),
      suggestion: sentence.describe("the command that takes it out"),
    }),
  },
  "kata.incompatible": {
    direction: "out",
    source: sources.dojo,
    summary: "An installed version is not made for the Ronin that runs now. Told once a Ronin version.",
    schema: z.object({
      kataName,
      kataVersion,
      fromRealm: realmId,
      roninVersion: z.string().min(1).max(64).describe("the version that runs"),
      reason: sentence.describe("what a person can do about it"),
    }),
  },
  "kata.restored": {
    direction: "out",
    source: sources.dojo,
    summary: "A kata that the host had lost is registered again, with the bytes of its receipt.",
    schema: z.object({
      kataName,
      kataVersion,
      fromRealm: realmId,
      receiptId: z.string().min(1).max(100).describe("row in `kata_install_receipts`"),
    }),
  },
  "realm.synced": {
    direction: "out",
    source: sources.realmSync,
    summary: "A realm's index is up to date.",
    schema: z.object({ realmId, added: count, updated: count, withdrawn: count, unchanged: count }),
  },
  "realm.sync_failed": {
    direction: "out",
    source: sources.realmSync,
    summary: "A realm could not be synced; its old index stays in use.",
    schema: z.object({ realmId, code: z.enum(realmErrorCodes) }),
  },
} as const satisfies Record<string, EventSpec>;

interface EventSpec {
  direction: "in" | "out";
  source?: string;
  summary: string;
  schema: z.ZodType;
}

export type EventTable = typeof eventTable;
export type EventName = keyof EventTable;
/** What a listener gets, after parsing. */
export type EventPayload<Name extends EventName> = z.output<EventTable[Name]["schema"]>;
export type IncomingEvent = {
  [N in EventName]: EventTable[N]["direction"] extends "in" ? N : never;
}[EventName];
export type OutgoingEvent = Exclude<EventName, IncomingEvent>;
