import type { Database } from "bun:sqlite";
import * as z from "zod";
import { installErrorCodes, RegistryError } from "../errors.ts";
import type {
  ApprovalVoucher,
  InstallOffer,
  InstallState,
  KataInstallRequest,
  RequestStatus,
} from "../model/install.ts";
import { hashSchema, kataVersionSchema } from "../model/kata.ts";
import type { TableSpec } from "./ensure-table.ts";
import { limitSchema, parseInput } from "./input.ts";
import { flagColumn, jsonColumn, parseJson, parseRow, withoutNulls } from "./row.ts";
import { all, first, type Row, run, type SqlValue } from "./sql.ts";

export const requestsTable: TableSpec = {
  name: "kata_install_requests",
  key: ["id"],
  columns: {
    id: "TEXT PRIMARY KEY",
    kata_name: "TEXT",
    kata_version: "TEXT",
    from_realm: "TEXT",
    requested_at: "INTEGER",
    approved_at: "INTEGER",
    approved_by: "TEXT",
    status: "TEXT",
    reason: "TEXT",
  },
  added: {
    kind: "TEXT",
    intent: "TEXT",
    install_state: "TEXT",
    failure_code: "TEXT",
    failure_message: "TEXT",
    offers: "TEXT",
    proof: "TEXT",
    rejected_by: "TEXT",
    decided_at: "INTEGER",
    accept_other_compiler: "BOOLEAN",
    voucher: "TEXT",
    registering: "TEXT",
  },
};

export const offerSchema = z.object({
  version: kataVersionSchema,
  sourceHash: hashSchema,
  compiledHash: hashSchema,
  planHash: hashSchema,
}) satisfies z.ZodType<InstallOffer>;

export const offersSchema = z.array(offerSchema);

export const voucherSchema = z.object({
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  mac: hashSchema,
}) satisfies z.ZodType<ApprovalVoucher>;

const statuses = ["pending", "approved", "rejected"] as const satisfies RequestStatus[];
const installStates = [
  "downloading",
  "verified",
  "registered",
  "installed",
  "failed",
] as const satisfies InstallState[];

const requestRowSchema = z
  .object({
    id: z.string(),
    kata_name: z.string(),
    kata_version: z.string(),
    from_realm: z.string(),
    requested_at: z.int(),
    status: z.enum(statuses),
    approved_at: z.int().nullable(),
    approved_by: z.string().nullable(),
    reason: z.string().nullable(),
    kind: z.literal("create").nullable(),
    intent: z.string().nullable(),
    install_state: z.enum(installStates).nullable(),
    // A newer build may have had other codes; after a roll-back its requests must still be readable.
    failure_code: z.enum(installErrorCodes).nullable().catch("internal"),
    failure_message: z.string().nullable(),
    accept_other_compiler: flagColumn,
    accept_stale: flagColumn,
    offers: jsonColumn(offersSchema).nullable(),
    voucher: jsonColumn(voucherSchema).nullable(),
    registering: jsonColumn(z.array(z.string())).nullable(),
    announced_at: z.int().nullable(),
  })
  .transform(
    (row): KataInstallRequest =>
      withoutNulls({
        id: row.id,
        kataName: row.kata_name,
        kataVersion: row.kata_version,
        fromRealm: row.from_realm,
        requestedAt: row.requested_at,
        status: row.status,
        approvedAt: row.approved_at,
        approvedBy: row.approved_by,
        reason: row.reason,
        kind: row.kind,
        intent: row.intent,
        installState: row.install_state,
        failureCode: row.failure_code,
        failureMessage: row.failure_message,
        acceptOtherCompiler: row.accept_other_compiler ? (true as const) : null,
        acceptStale: row.accept_stale ? (true as const) : null,
        voucher: row.voucher,
        registering: row.registering,
        announcedAt: row.announced_at,
        offers: row.offers,
      }),
  );

export function toRequest(row: Row): KataInstallRequest {
  return parseRow(requestsTable.name, requestRowSchema, row);
}

export function selectRequest(db: Database, id: string): KataInstallRequest | undefined {
  const row = first(db, "SELECT * FROM kata_install_requests WHERE id = ?", [id]);
  return row === undefined ? undefined : toRequest(row);
}

/** @throws RegistryError `unknown_request` */
export function getRequest(db: Database, id: string): KataInstallRequest {
  const request = selectRequest(db, id);
  if (request === undefined) throw unknownRequest(id);
  return request;
}

export function unknownRequest(id: string): RegistryError {
  return new RegistryError("unknown_request", `No request has the id ${JSON.stringify(id)}.`);
}

/** Which requests to read. Without a field, any value will do. */
export interface RequestFilter {
  status?: RequestStatus | undefined;
  /** Null for requests whose install has not started. */
  installState?: InstallState | null | undefined;
  /** At most this many. Default: all. */
  limit?: number | undefined;
}

/** Newest first. A row that cannot be read is left out: one that was damaged must not hide the others. */
export function selectRequests(db: Database, filter: RequestFilter): KataInstallRequest[] {
  const { status, installState, limit } = parseInput(filterSchema, filter);
  return all(
    db,
    `SELECT * FROM kata_install_requests
     WHERE (?1 IS NULL OR status = ?1) AND (?2 = 1 OR install_state IS ?3)
     ORDER BY requested_at DESC, rowid DESC LIMIT ?4`,
    [status ?? null, Number(installState === undefined), installState ?? null, limit ?? -1],
  ).flatMap(toReadable);
}

const filterSchema = z.object({
  status: z.enum(statuses).optional(),
  installState: z.enum(installStates).nullable().optional(),
  limit: limitSchema.optional(),
});

/** Oldest first, those that can be read. */
export function selectPending(db: Database): KataInstallRequest[] {
  return all(
    db,
    "SELECT * FROM kata_install_requests WHERE status = 'pending' ORDER BY requested_at, rowid",
  ).flatMap(toReadable);
}

function toReadable(row: Row): KataInstallRequest[] {
  const parsed = requestRowSchema.safeParse(row);
  return parsed.success ? [parsed.data] : [];
}

/** A pending request before anything has happened to it. */
export type NewRequest = Pick<
  KataInstallRequest,
  "id" | "kataName" | "kataVersion" | "fromRealm" | "requestedAt"
> & {
  [Key in "kind" | "intent" | "offers"]?: KataInstallRequest[Key] | undefined;
};

export function insertRequest(db: Database, request: NewRequest): void {
  run(
    db,
    `INSERT INTO kata_install_requests (
       id, kata_name, kata_version, from_realm, requested_at, status, kind, intent, offers
     ) VALUES (?, ?, ?, ?, ?, 'pending', ?, ?, ?)`,
    [
      request.id,
      request.kataName,
      request.kataVersion,
      request.fromRealm,
      request.requestedAt,
      request.kind ?? null,
      request.intent ?? null,
      request.offers === undefined ? null : JSON.stringify(request.offers),
    ],
  );
}

/** What was stored, as it is: whoever asks for a proof checks it. Text that is no JSON comes back as text. */
export function selectProof(db: Database, id: string): unknown {
  const row = first(db, "SELECT proof FROM kata_install_requests WHERE id = ?", [id]);
  if (row === undefined) throw unknownRequest(id);
  return row.proof === null ? undefined : (parseJson(row.proof) ?? row.proof);
}

/** Sets columns of one request. The columns are named in our code, never by a caller. */
export function updateRequest(db: Database, id: string, values: Readonly<Partial<RequestColumns>>): void {
  const columns = Object.keys(values);
  if (columns.length === 0) return;
  run(
    db,
    `UPDATE kata_install_requests SET ${columns.map((column) => `${column} = ?`).join(", ")} WHERE id = ?`,
    [...Object.values(values), id],
  );
}

type RequestColumns = Record<
  | "kata_version"
  | "approved_at"
  | "approved_by"
  | "status"
  | "reason"
  | "intent"
  | "install_state"
  | "failure_code"
  | "failure_message"
  | "offers"
  | "proof"
  | "rejected_by"
  | "decided_at"
  | "accept_other_compiler"
  | "accept_stale"
  | "voucher"
  | "registering"
  | "announced_at",
  SqlValue
>;
