import * as z from "zod";
import { RealmError } from "../errors.ts";
import { kataMetadataSchema, type RealmKataMetadata } from "../model/kata.ts";
import { type OneFileRealm, oneFileRealmSchema, type PackedRealm, plainIndexSchema } from "../model/wire.ts";
import { type ScanLimits, scanJson } from "./json-scan.ts";
import { type PackLimits, parsePackedPointer } from "./packed-pointer.ts";

/** What a pointer says once it was accepted. */
export type Pointer = OneFilePointer | { kind: "packed"; pointer: PackedRealm };

/** It holds its rows itself. */
export interface OneFilePointer {
  kind: "one-file";
  katas: RealmKataMetadata[];
  seq?: number | undefined;
  name?: string | undefined;
  notice?: string | undefined;
}

export type PointerFile = "realm.json" | "index.json";

export interface PointerRules {
  file: PointerFile;
  /** Id under which the realm is known here. */
  realmId: string;
  /** The realm was pinned by its root, so nothing unsigned is accepted from it. */
  isPinned: boolean;
  limits: ScanLimits & PackLimits & { maxRows: number; maxPointerBytes: number };
  /** What messages call the document. */
  where: string;
}

/**
 * Reads the bytes of a pointer, which the download has bounded: depth and row sizes first, then JSON, then form
 * and realm, then the rows one by one where it holds them. All of it is good, or it throws and the realm's old
 * index stays.
 *
 * @throws RealmError `not_json`, `too_large`, `unsupported_format`, `wrong_realm`, `signature_required`;
 *   `invalid_document` with the path of the first wrong field, `katas[3].sourceHash`
 */
export function parsePointer(bytes: Uint8Array, rules: PointerRules): Pointer {
  const { where, limits, file } = rules;
  scanJson(bytes, limits, where);
  const document = parseJson(bytes, where);
  refuseOtherFormats(document, where);
  return file === "realm.json" && isPacked(document)
    ? readPacked(document, bytes.byteLength, rules)
    : readOneFile(document, rules);
}

/** A captive portal's page, an empty answer and a cut file all end here. */
function parseJson(bytes: Uint8Array, where: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // The parser's own message repeats a piece of what was sent, so it is not kept as the cause.
    const found = bytes.length === 0 ? "is empty" : "is not JSON";
    throw new RealmError(
      "not_json",
      `${where} ${found}. A login page or a proxy may have answered for the realm.`,
    );
  }
}

function refuseOtherFormats(document: unknown, where: string): void {
  if (typeof document !== "object" || document === null) return;
  const format = "format" in document ? document.format : undefined;
  if (typeof format === "number" && format !== 1) {
    throw new RealmError("unsupported_format", `${where} has format ${format}; this version reads format 1.`);
  }
}

/** Any field of the packed form makes it one: half of each form is a mistake that must not be read as either. */
function isPacked(document: unknown): boolean {
  if (typeof document !== "object" || document === null) return false;
  return ["base", "state", "deltas"].some((key) => Object.hasOwn(document, key));
}

function readPacked(document: unknown, bytes: number, rules: PointerRules): Pointer {
  const { where, limits } = rules;
  if (bytes > limits.maxPointerBytes) {
    throw new RealmError(
      "too_large",
      `${where} has ${bytes} bytes; a pointer to packs may have ${limits.maxPointerBytes}.`,
    );
  }
  if (Object.hasOwn(Object(document), "katas")) {
    throw new RealmError("invalid_document", `${where}: katas: stands beside packs; it is one or the other.`);
  }
  const pointer = parsePackedPointer(document, limits, where);
  verifyOwn(pointer.realm, rules);
  return { kind: "packed", pointer };
}

function readOneFile(document: unknown, rules: PointerRules): OneFilePointer {
  const { where, limits } = rules;
  const { katas: rows, ...head } = parseHead(document, rules);
  verifyOwn(head.realm, rules);
  if (rows.length > limits.maxRows) {
    throw new RealmError(
      "too_large",
      `${where} lists ${rows.length} katas; at most ${limits.maxRows} are accepted.`,
    );
  }
  const katas = parseRows(rows, where);
  return { kind: "one-file", katas, seq: head.seq, name: head.name, notice: head.notice };
}

/** Only after its form was read: a captive portal's page should not be called another realm. */
function verifyOwn(realm: string | undefined, { realmId, isPinned, where }: PointerRules): void {
  if (realm !== undefined && realm !== realmId) {
    throw new RealmError(
      "wrong_realm",
      `${where} belongs to the realm ${realm}; ${realmId} was asked for. Check the realm's url.`,
    );
  }
  if (isPinned) {
    throw new RealmError(
      "signature_required",
      `${where} is not signed, and the realm is pinned to a root. Nothing unsigned is accepted from it.`,
    );
  }
}

/** Rows stay unknown here: a schema over the whole list would collect an issue for each of a million bad rows. */
const unreadRows = { katas: z.array(z.unknown()) };
const headSchemas = {
  "realm.json": oneFileRealmSchema.extend(unreadRows),
  "index.json": plainIndexSchema.extend(unreadRows),
};

type Head = Partial<Omit<OneFileRealm, "katas">> & { katas: unknown[] };

function parseHead(document: unknown, { file, where }: PointerRules): Head {
  const head: z.ZodSafeParseResult<Head> = headSchemas[file].safeParse(document);
  if (!head.success) throw invalidDocument(head.error, [], where);
  return head.data;
}

function parseRows(rows: readonly unknown[], where: string): RealmKataMetadata[] {
  const firstAt = new Map<string, number>();
  return rows.map((row, index) => {
    const parsed = kataMetadataSchema.safeParse(row);
    if (!parsed.success) throw invalidDocument(parsed.error, ["katas", index], where);

    const key = `${parsed.data.name}@${parsed.data.version}`;
    const first = firstAt.get(key);
    if (first !== undefined) {
      throw new RealmError(
        "invalid_document",
        `${where}: katas[${index}] repeats ${key} of katas[${first}].`,
      );
    }
    firstAt.set(key, index);
    return parsed.data;
  });
}

/** Paths and messages come from the schema and repeat nothing that the realm sent. */
function invalidDocument(error: z.ZodError, prefix: PropertyKey[], where: string): RealmError {
  const issue = error.issues[0];
  const path = z.core.toDotPath([...prefix, ...(issue?.path ?? [])]);
  const field = path === "" ? "the document" : path;
  return new RealmError("invalid_document", `${where}: ${field}: ${issue?.message ?? "invalid"}.`, {
    cause: error,
  });
}
