import type { Database } from "bun:sqlite";
import * as z from "zod";
import { type InstallErrorCode, installErrorCodes, RegistryError } from "../errors.ts";
import {
  canChangeInstallState,
  type InstallState,
  type KataInstallReceipt,
  type KataInstallRequest,
} from "../model/install.ts";
import { sha256Hex } from "../trust/digest.ts";
import { selectHostKata } from "./host-katas.ts";
import { parseInput } from "./input.ts";
import { nextLink } from "./receipt-chain.ts";
import { insertReceipt, type NewReceipt, newReceiptSchema, selectReceipts } from "./receipts-table.ts";
import { getRequest, updateRequest } from "./requests-table.ts";
import { write } from "./write.ts";

/** States that an install passes through; {@link fail} and {@link complete} end it. */
export type PassingState = Exclude<InstallState, "installed" | "failed">;

/**
 * Notes how far an approved install has come.
 *
 * @param registering `name@version` of what it is about to register, so that a receipt can be given for it even
 *   after a stop in the middle
 * @throws RegistryError `unknown_request`, `invalid_transition`
 */
export function move(db: Database, id: string, state: PassingState, registering?: string[]): void {
  const next = parseInput(passingSchema, state, ["state"]);
  write(db, () => {
    assertCanMove(getRequest(db, id), next);
    updateRequest(db, id, {
      install_state: next,
      ...(registering === undefined ? {} : { registering: JSON.stringify(registering) }),
    });
  });
}

/**
 * Ends an approved install that stopped. What it had registered by then and still stands in the host's table,
 * required katas for instance, gets its receipts in the same transaction.
 *
 * @throws RegistryError `unknown_request`, `invalid_transition`, `invalid_input`
 */
export function fail(
  db: Database,
  id: string,
  failed: { code: InstallErrorCode; message: string },
  given: NewReceipt[],
  now: number,
): void {
  const failure = parseInput(failureSchema, failed);
  const receipts = parseInput(receiptsSchema, given, ["receipts"]);
  write(db, () => {
    assertCanMove(getRequest(db, id), "failed");
    for (const receipt of receipts) {
      const { kataName: name, kataVersion: version, sourceHash, compiledHash } = receipt;
      if (stands(db, { name, version, sourceHash, compiledHash }))
        insertReceipt(db, receipt, id, nextLink(db), now);
    }
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
 * The host's table lies in the same file, so the same transaction sees to it that every receipt is true.
 *
 * @param standing what must stand in the host's table
 * @throws RegistryError `unknown_request`, `invalid_transition`, `host_changed`, `invalid_input` also when no
 *   receipt is the request's own kata's
 */
export function complete(
  db: Database,
  id: string,
  given: NewReceipt[],
  standing: readonly StandingKata[],
  now: number,
): KataInstallReceipt[] {
  const receipts = parseInput(receiptsSchema, given, ["receipts"]);
  return write(db, () => {
    const request = getRequest(db, id);
    assertCanMove(request, "installed");
    for (const kata of standing) assertStands(db, kata);
    const written = receipts.map((receipt) => insertReceipt(db, receipt, id, nextLink(db), now));
    assertOwnReceipt(db, request);
    updateRequest(db, id, { install_state: "installed" });
    return written;
  });
}

/** Notes that the end of an install was said; one that has not ended is left as it is. @throws RegistryError `unknown_request` */
export function noteAnnounced(db: Database, id: string, now: number): void {
  write(db, () => {
    const { installState } = getRequest(db, id);
    if (installState === "installed" || installState === "failed") {
      updateRequest(db, id, { announced_at: now });
    }
  });
}

/** A kata as it must stand in the host's table. */
export interface StandingKata {
  name: string;
  version: string;
  sourceHash: string;
  /** Left out for a kata that the host had before: an older compiler may have made its graph. */
  compiledHash?: string | undefined;
}

function stands(db: Database, kata: StandingKata): boolean {
  const stored = selectHostKata(db, kata.name, kata.version);
  return (
    stored !== undefined &&
    sha256Hex(stored.source) === kata.sourceHash &&
    (kata.compiledHash === undefined || sha256Hex(stored.compiledGraph) === kata.compiledHash)
  );
}

function assertStands(db: Database, kata: StandingKata): void {
  if (stands(db, kata)) return;
  throw new RegistryError(
    "host_changed",
    `The host's table no longer holds ${kata.name} ${kata.version} as it was verified.`,
  );
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
