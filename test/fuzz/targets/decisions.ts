import { Database } from "bun:sqlite";
import { createBus } from "../../../lib/bus.ts";
import { type EventPayload, eventTable } from "../../../lib/events.ts";
import { handleApproval } from "../../../lib/install/decide.ts";
import type { InstallDeps } from "../../../lib/install/deps.ts";
import { offerOf, toDecision } from "../../../lib/install/vouched.ts";
import { RealmsRegistry } from "../../../lib/registry/registry.ts";
import { createProof } from "../../../lib/trust/approval-proof.ts";
import { kataOf, offerOf as offered, realmOf, START } from "../../registry/world.ts";
import { documentOf } from "../mutate.ts";
import { fail, type OpenTarget } from "../target.ts";

const key = new Uint8Array(32).fill(3);

/** `kata.user_approved` with a proof: what is recorded is what was signed, to the letter, or nothing. */
export const decisions: OpenTarget = () => {
  const records = new Database(":memory:");
  const registry = new RealmsRegistry(records, { clock: { now: () => START } });
  registry.registerRealm(realmOf("acme"));
  registry.indexKatas("acme", [kataOf("finance.audit", "v1"), kataOf("finance.audit", "v2")]);
  const silent = { info() {}, warn() {}, error() {} };
  const deps: Omit<InstallDeps, "host" | "hasSkill" | "fetchSource" | "owner"> = {
    registry,
    bus: createBus({ emit() {}, on() {}, off() {} }, silent),
    log: silent,
    clock: { now: () => START },
    approvals: { mode: "confirmed", key: () => key },
    database: "/ronin.db",
    proposeAgain: async () => {},
  };
  return {
    name: "decisions",
    async check(one) {
      // Within a transaction of its own nothing of one case is left for the next.
      records.run("DELETE FROM kata_install_requests");
      records.run("DELETE FROM kata_approval_nonces");
      const offers = [offered("v1"), offered("v2")];
      const request = registry.requestInstall("finance.audit", "v1", "acme", { offers });
      const decision = toDecision(request, offerOf(request), { decision: "approve", by: "mira" });
      const proof = createProof(decision, key, START);
      const valid = { proposalId: request.id, approvedBy: "mira", kataVersion: "v1", proof };
      const parsed = eventTable["kata.user_approved"].schema.safeParse(documentOf(one, valid));
      if (!parsed.success) return;
      let installs = 0;
      const install = async (): Promise<void> => {
        installs += 1;
      };
      await handleApproval(deps, { install }, parsed.data as Approval);
      const after = registry.getRequest(request.id);
      if (after.status !== "approved") {
        if (installs > 0) fail("installed what was not approved");
        if (one.kind === "valid") fail("a valid decision is refused");
        return;
      }
      const isSigned =
        after.approvedBy === "mira" &&
        after.kataVersion === "v1" &&
        after.acceptOtherCompiler === undefined &&
        after.acceptStale === undefined;
      if (!isSigned) fail("recorded something else than was signed");
    },
    close: () => records.close(),
  };
};

type Approval = EventPayload<"kata.user_approved">;
