import type { Database } from "bun:sqlite";
import * as z from "zod";
import { RegistryError } from "../errors.ts";
import {
  EXPIRED_REASON,
  type InstallOffer,
  isSameOffer,
  type KataInstallRequest,
  REQUEST_TTL_MS,
  SUPERSEDED_REASON,
} from "../model/install.ts";
import { kataNameSchema, kataVersionSchema, qualifiedName, statusOf } from "../model/kata.ts";
import type { Realm } from "../model/realm.ts";
import { findOwners } from "./bindings.ts";
import { toKata } from "./index-row.ts";
import { selectKata } from "./index-table.ts";
import { parseInput } from "./input.ts";
import { getRealm, selectRealms } from "./realms-table.ts";
import {
  getRequest,
  insertRequest,
  offersSchema,
  selectPending,
  toRequest,
  updateRequest,
} from "./requests-table.ts";
import { first, run } from "./sql.ts";
import { write } from "./write.ts";

/** What is kept beside a request for the person who decides. */
export interface RequestDetails {
  /** The need in a person's words, at most 2000 characters. */
  intent?: string | undefined;
  /** The versions that the person is shown. */
  offers?: InstallOffer[] | undefined;
  /** `create` for a kata that approving makes anew here: no realm lists it yet. */
  kind?: "create" | undefined;
}

interface Address {
  kataName: string;
  kataVersion: string;
  fromRealm: string;
}

/**
 * A pending request for this version: a new one, or the one that is pending already, with its intent and offers
 * replaced by those given. When a version that was shown has other contents by now, the old request ends as
 * superseded and a new one is opened.
 *
 * @throws RegistryError `unknown_realm`, `realm_disabled`, `unknown_kata`, `invalid_input`
 */
export function openRequest(
  records: Database,
  index: Database,
  address: Address,
  given: RequestDetails,
  now: number,
): KataInstallRequest {
  const details = parseInput(detailsSchema, given, ["details"]);
  return write(records, () => {
    assertRequestable(records, index, address, details.kind);
    expireRequests(records, now);
    const pending = findPending(records, address, details.kind);
    if (pending !== undefined && isReplaced(pending, details.offers)) {
      // Somebody may be reading the old contents under this id: it must not come to mean other ones.
      updateRequest(records, pending.id, { status: "rejected", reason: SUPERSEDED_REASON, decided_at: now });
    } else if (pending !== undefined) {
      updateRequest(records, pending.id, {
        ...(details.intent === undefined ? {} : { intent: details.intent }),
        ...(details.offers === undefined ? {} : { offers: JSON.stringify(details.offers) }),
      });
      return getRequest(records, pending.id);
    }
    const id = crypto.randomUUID();
    insertRequest(records, { id, ...address, requestedAt: now, ...details });
    return getRequest(records, id);
  });
}

/** Whether a version that was shown under the pending request is offered with other contents now. */
function isReplaced(pending: KataInstallRequest, offers: InstallOffer[] | undefined): boolean {
  return (offers ?? []).some((offer) => {
    const shown = pending.offers?.find(({ version }) => version === offer.version);
    return shown !== undefined && !isSameOffer(shown, offer);
  });
}

/** Pending requests, oldest first, after ending those that nobody decided in time. */
export function listPending(records: Database, now: number): KataInstallRequest[] {
  const overdue = first(
    records,
    "SELECT 1 FROM kata_install_requests WHERE status = 'pending' AND requested_at <= ?",
    [now - REQUEST_TTL_MS],
  );
  // Reading takes no lock, and on most days there is nothing to end.
  if (overdue !== undefined) expireRequests(records, now);
  return selectPending(records);
}

/** Replaces what the person is shown. @throws RegistryError `unknown_request`, `invalid_transition` */
export function replaceOffers(records: Database, id: string, given: InstallOffer[]): void {
  const offers = parseInput(offersSchema, given, ["offers"]);
  write(records, () => {
    const request = getRequest(records, id);
    if (request.status !== "pending") {
      throw new RegistryError(
        "invalid_transition",
        `The request is ${request.status}; its offers are settled.`,
      );
    }
    updateRequest(records, id, { offers: JSON.stringify(offers) });
  });
}

const detailsSchema = z.object({
  intent: z.string().min(1).max(2000).optional(),
  offers: offersSchema.optional(),
  kind: z.literal("create").optional(),
});

function assertRequestable(
  records: Database,
  index: Database,
  { kataName, kataVersion, fromRealm }: Address,
  kind: RequestDetails["kind"],
): void {
  const realm = getRealm(records, fromRealm);
  if (!realm.enabled) {
    throw new RegistryError(
      "realm_disabled",
      `The realm ${realm.id} is disabled; enable it to install from it.`,
    );
  }
  if (kind === "create") {
    parseInput(kataNameSchema, kataName, ["kataName"]);
    parseInput(kataVersionSchema, kataVersion, ["kataVersion"]);
    return;
  }
  const row = selectKata(index, fromRealm, kataName, kataVersion);
  const kata = row === undefined ? undefined : toKata(row);
  if (kata === undefined) throw unknownKata(realm, kataName, kataVersion, "is not in the realm's index");
  if (statusOf(kata) === "withdrawn") {
    throw unknownKata(realm, kataName, kataVersion, `was withdrawn: ${kata.reason}`);
  }
  const owners = findOwners(selectRealms(records), kataName);
  if (owners.length > 0 && !owners.includes(realm.id)) {
    throw unknownKata(
      realm,
      kataName,
      kataVersion,
      `has a name that is bound to the realm ${owners.join(", ")}`,
    );
  }
}

function unknownKata(realm: Realm, name: string, version: string, problem: string): RegistryError {
  // A caller's name can be anything at all; quoting it keeps the sentence on one line.
  const label = JSON.stringify(qualifiedName(realm.id, name, version));
  return new RegistryError("unknown_kata", `${label} ${problem}.`);
}

function findPending(
  records: Database,
  { kataName, kataVersion, fromRealm }: Address,
  kind: RequestDetails["kind"],
): KataInstallRequest | undefined {
  const row = first(
    records,
    `SELECT * FROM kata_install_requests
     WHERE status = 'pending' AND kata_name = ? AND kata_version = ? AND from_realm = ? AND kind IS ?`,
    [kataName, kataVersion, fromRealm, kind ?? null],
  );
  return row === undefined ? undefined : toRequest(row);
}

function expireRequests(records: Database, now: number): void {
  run(
    records,
    `UPDATE kata_install_requests SET status = 'rejected', reason = ?1, decided_at = ?2
     WHERE status = 'pending' AND requested_at <= ?3`,
    [EXPIRED_REASON, now, now - REQUEST_TTL_MS],
  );
}
