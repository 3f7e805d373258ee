import type { IncomingEvent } from "../events.ts";

/** Who sends what the Dojo listens to. A new incoming event without an entry does not compile. */
export const senders: Record<IncomingEvent, string> = {
  "capability.missing": "any agent that lacks a kata, and `ronin kata propose`",
  "kata.user_approved":
    'the page, also for `realms approve`; with `realms.approvals: "event"` whatever asks the person',
  "kata.user_rejected":
    'the page, also for `realms reject`; with `realms.approvals: "event"` whatever asks the person',
  "kata.restore_requested": "`realms restore`",
};

/** By path or by name: what a field means where its schema does not say it. */
export const fieldMeanings: Readonly<Record<string, string>> = {
  code: "the reason, for programs to match on",
  proof: "made by the page, also for `realms approve` and `realms reject`",
  "proof.nonce": "32 hex digits, used once",
  "proof.expiresAt": "milliseconds since 1970, five minutes after the decision",
  "proof.mac": "HMAC-SHA-256 of the decision, 64 hex digits",

  versions: "what can be chosen, newest first",
  "versions[].description": "what it does, in the realm's words; hostile text until you escape it",
  "versions[].status": "a deprecated version still installs, with a notice",
  "versions[].changes": "what is new in it, in the realm's words",
  "versions[].plan[].isInstalled": "true when the host has it already, with the same bytes",
  tags: "words that it is found by",
  complexity: "how much there is to it",
  requiredSkills: "skills that it runs",

  phases: "its phases in order",
  "phases[].name": "name of the phase",
  "phases[].action": "what the phase runs, spawns or waits for",
  sourceHash: "SHA-256 of the source",
  createdBy: "who approved it",
  receiptId: "row in `kata_install_receipts`",

  added: "versions new in the index",
  updated: "versions whose row changed",
  withdrawn: "versions that became withdrawn",
  unchanged: "versions that stayed as they were",
};
