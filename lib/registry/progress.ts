import type { Database } from "bun:sqlite";
import * as z from "zod";
import { type InstallErrorCode, installErrorCodes, RegistryError } from "../errors.ts";
import {
  canChangeInstallState,
  type InstallState,
  type KataInstallReceipt,
  type KataInstallRequest,
} from "../model/install.ts";
import { parseInput } from "./input.ts";
import { insertReceipt, type NewReceipt, newReceiptSchema, selectReceipts } from "./receipts-table.ts";
import { getRequest, updateRequest } from "./requests-table.ts";
import { write } from "./write.ts";

/** States that an install passes through; {@link fail} and {@link complete} end it. */
export type PassingState = Exclude<InstallState, "installed" | "failed">;

/**
 * Notes how far an approved install has come.
 *
 * @throws RegistryError `unknown_request`, `invalid_transition`
 */
export function move(db: Database, id: string, state: PassingState): void {
  const next = parseInput(passingSchema, state, ["state"]);
  write(db, () => {
    assertCanMove(getRequest(db, id), next);
    updateRequest(db, id, { install_state: next });
  });
}

/**
 * Ends an approved install that stopped.
 *
 * @throws RegistryError `unknown_request`, `invalid_transition`
 */
export function fail(db: Database, id: string, code: InstallErrorCode, message: string): void {
  const failure = parseInput(failureSchema, { code, message });
  write(db, () => {
    assertCanMove(getRequest(db, id), "failed");
    updateRequest(db, id, {
      install_state: "failed",
      failure_code: failure.code,
      failure_message: failure.message,
    });
  });
}

/**
 * Ends an approved install that succeeded. Receipts and state are one transaction: there is no installed
 * request without a receipt for its kata, and no receipt of an install that did not end.
 *
 * @throws RegistryError `unknown_request`, `invalid_transition`, `invalid_input` also when no receipt is the
 *   request's own kata's
 */
export function complete(db: Database, id: string, given: NewReceipt[], now: number): KataInstallReceipt[] {
  const receipts = parseInput(receiptsSchema, given, ["receipts"]);
  return write(db, () => {
    const request = getRequest(db, id);
    assertCanMove(request, "installed");
    const written = receipts.map((receipt) => insertReceipt(db, receipt, id, now));
    assertOwnReceipt(db, request);
    updateRequest(db, id, { install_state: "installed" });
    return written;
  });
}

const passingSchema = z.enum(["downloading", "verified", "registered"]);
const failureSchema = z.object({ code: z.enum(installErrorCodes), message: z.string() });
const receiptsSchema = z.array(newReceiptSchema);

function assertCanMove(request: KataInstallRequest, state: InstallState): void {
  if (request.status !== "approved") {
    throw new RegistryError(
      "invalid_transition",
      `The request is ${request.status}; only an approved one installs.`,
    );
  }
  if (!canChangeInstallState(request.installState, state)) {
    throw new RegistryError(
      "invalid_transition",
      `The install is ${request.installState ?? "not started"}; it cannot become ${state}.`,
    );
  }
}

function assertOwnReceipt(db: Database, { id, kataName, kataVersion }: KataInstallRequest): void {
  const own = selectReceipts(db, { requestId: id, kataName, kataVersion, limit: 1 });
  if (own.length > 0) return;
  throw new RegistryError(
    "invalid_input",
    `receipts: none is for ${kataName} ${kataVersion}, which was installed.`,
  );
}
