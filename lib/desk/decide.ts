import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { InstallError, RegistryBusyError, RegistryError } from "../errors.ts";
import { type EventPayload, eventTable } from "../events.ts";
import { readVersion } from "../install/offered-versions.ts";
import { type Sign, toApprovedEvent, toRejectedEvent } from "../install/sign-decision.ts";
import { isExpired, type KataInstallRequest } from "../model/install.ts";
import { hashSchema, kataVersionSchema } from "../model/kata.ts";
import { toPlainText } from "../model/text.ts";
import { parseInput } from "../registry/input.ts";
import { MAX_BUSY_WAIT_MS } from "../registry/retry.ts";
import { createProof } from "../trust/approval-proof.ts";
import { describeCreation } from "./creation.ts";
import type { DeskDeps } from "./deps.ts";
import { patiently } from "./patience.ts";
import { readVersionView, type VersionAddress, type VersionDeps } from "./versions.ts";

type DecideDeps = VersionDeps & Pick<DeskDeps, "events" | "clock" | "approvals" | "host" | "person">;

/** Names the page on the bus; it is no proof of anything. */
const SOURCE = "dojo-page";
/** Who takes the decision waits that long for a locked database: before, nobody can say that it was not taken. */
const TAKE_TIMEOUT_MS = MAX_BUSY_WAIT_MS + 1000;
const POLL_MS = 25;
const MAX_REASON_CHARS = 500;
const MAX_NAME_CHARS = 200;

/** A name for the records; who may decide is settled before anybody gets here. */
const bySchema = z
  .string()
  .max(2 * MAX_NAME_CHARS)
  .transform((name) => toPlainText(name, MAX_NAME_CHARS))
  .refine((name) => name !== "", "say who decides")
  .optional();

const approvalSchema = z.object({
  version: kataVersionSchema,
  planHash: hashSchema,
  acceptOtherCompiler: z.boolean().default(false),
  acceptStale: z.boolean().default(false),
  by: bySchema,
});
const rejectionSchema = z.object({
  reason: z
    .string()
    .max(2 * MAX_REASON_CHARS)
    .transform((reason) => toPlainText(reason, MAX_REASON_CHARS))
    .refine((reason) => reason !== "", "say why, for whoever asks later"),
  by: bySchema,
});

/**
 * A person's approval: signed, and put on the bus like any other, so that one pipeline decides. Resolves when
 * the decision is recorded; how the install ends is told by its events.
 *
 * @param given the version, and the plan hash that the person was shown: another one by now is refused
 * @throws RegistryError `invalid_input`, `unknown_request`, `invalid_transition`, `registry_busy`; InstallError
 *   for what cannot be installed now, `host_unavailable` when nobody took the decision; ApprovalError
 */
export async function approve(deps: DecideDeps, id: string, given: unknown): Promise<void> {
  const { version, planHash, acceptOtherCompiler, acceptStale, by } = parseInput(approvalSchema, given);
  const request = await patiently(() => readPending(deps, id));
  const offer = request.offers?.find((one) => one.version === version);
  if (offer === undefined) {
    throw new InstallError("version_not_offered", `${version} was not among the versions shown.`);
  }
  if (offer.planHash !== planHash) {
    throw new InstallError("offer_changed", "What is offered changed while you looked at it. Look again.");
  }
  const created = await describeCreation(deps, request);
  const accepting: KataInstallRequest = acceptStale ? { ...request, acceptStale } : request;
  await patiently(() => assertInstallable(deps, accepting, { version, offer, created }));
  const approval = { by: by ?? deps.person(), version, offer, acceptOtherCompiler, acceptStale };
  emit(deps, "kata.user_approved", toApprovedEvent(request, approval, signerOf(deps)));
  await taken(deps, id);
}

/** A person's rejection, with the reason. @throws as {@link approve} */
export async function reject(deps: DecideDeps, id: string, given: unknown): Promise<void> {
  const { reason, by } = parseInput(rejectionSchema, given);
  const request = await patiently(() => readPending(deps, id));
  const rejection = { by: by ?? deps.person(), reason };
  emit(deps, "kata.user_rejected", toRejectedEvent(request, rejection, signerOf(deps)));
  await taken(deps, id);
}

function readPending({ registry, clock }: DecideDeps, id: string): KataInstallRequest {
  const request = registry.getRequest(id);
  if (request.status === "pending" && !isExpired(request, clock.now())) return request;
  throw new RegistryError("invalid_transition", "It does not wait for a decision any more.");
}

/** A mistake that can be seen now must not become a failed install. */
function assertInstallable(
  deps: DecideDeps,
  request: KataInstallRequest,
  chosen: Pick<VersionAddress, "version" | "offer" | "created">,
): void {
  const { kind, fromRealm, kataName } = request;
  const { problem } = readVersion(deps.registry, request, chosen.version, chosen.offer);
  if (problem !== undefined) throw new InstallError(problem.code, problem.message);
  const address = { kind, fromRealm, kataName, ...chosen, isProposed: true };
  const missing = readVersionView(deps, address).skills.filter(({ isPresent }) => !isPresent);
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(", ");
  throw new InstallError("missing_skills", `This Ronin has no skill ${names}. Add what provides it first.`);
}

function signerOf({ approvals, clock }: DecideDeps): Sign {
  if (approvals.mode === "event") return () => undefined;
  return (decision) => createProof(decision, approvals.key(), clock.now());
}

function emit<Name extends "kata.user_approved" | "kata.user_rejected">(
  { events }: DecideDeps,
  event: Name,
  payload: EventPayload<Name>,
): void {
  // A payload that the listener would drop as malformed must fail here, where a person sees it.
  events.emit(event, eventTable[event].schema.parse(payload), SOURCE);
}

/** The host's bus answers nothing: the request's row tells whether the decision was taken. */
async function taken({ registry, clock }: DecideDeps, id: string): Promise<void> {
  const deadline = clock.now() + TAKE_TIMEOUT_MS;
  while (isStillPending(registry, id)) {
    if (clock.now() >= deadline) {
      throw new InstallError("host_unavailable", "Ronin did not take the decision. Its log says why.");
    }
    await sleep(POLL_MS);
  }
}

function isStillPending(registry: DecideDeps["registry"], id: string): boolean {
  try {
    return registry.getRequest(id).status === "pending";
  } catch (error) {
    // While the host writes, its file is locked: the next look will tell.
    if (error instanceof RegistryBusyError) return true;
    throw error;
  }
}
