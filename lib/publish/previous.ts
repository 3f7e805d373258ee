import { type PackedRealm, packedRealmSchema, packRowSchema, wireLimits } from "../model/wire.ts";
import { sha256Hex } from "../trust/digest.ts";
import { decodePack, PackMismatch } from "./pack.ts";
import { type PublishError, refusal } from "./publish-error.ts";
import { type PublishedRow, type RealmRows, rowKey, stateOfRows } from "./published-row.ts";
import { POINTER_PATH, packPath } from "./realm-paths.ts";
import type { RealmReader } from "./realm-reader.ts";

/** What a realm's folder holds before a publish. */
export interface PreviousRealm {
  pointer: PackedRealm;
  pointerBytes: Uint8Array;
  rows: RealmRows;
  /** Whether each delta is there as the pointer names it. One that is not is made anew by publishing. */
  hasAllDeltas: boolean;
}

/**
 * The realm as its folder has it: all that publishing must remember is in the pointer and the base. Undefined
 * for a folder without a pointer.
 *
 * @throws PublishError `not_packed`, `folder_damaged`
 */
export async function readPreviousRealm(reader: RealmReader): Promise<PreviousRealm | undefined> {
  const pointerBytes = await reader.read(POINTER_PATH, wireLimits.maxOneFileBytes);
  if (pointerBytes === undefined) return undefined;
  const pointer = parsePointer(pointerBytes);
  const rows = new Map<string, PublishedRow>();
  for (const ref of pointer.base) {
    const path = packPath(ref.sha256);
    const content = await reader.readPack(ref);
    if (content === undefined) throw damaged(path, "no such file", "the pack that realm.json names");
    for (const line of decode(path, content, ref)) {
      const parsed = parseLine(path, line);
      rows.set(rowKey(parsed.row), parsed);
    }
  }
  const state = stateOfRows(rows.values());
  if (rows.size !== pointer.rows || state !== pointer.state) {
    throw damaged(
      POINTER_PATH,
      `${pointer.rows} rows with state ${pointer.state}`,
      `${rows.size} rows with state ${state} as the base has them`,
    );
  }
  return { pointer, pointerBytes, rows, hasAllDeltas: await areIntact(reader, pointer.deltas) };
}

function parsePointer(bytes: Uint8Array): PackedRealm {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damaged(
      POINTER_PATH,
      "something that is not JSON",
      "the pointer that the last publish wrote",
      cause,
    );
  }
  if (Object.hasOwn(Object(document), "katas")) {
    throw refusal({
      code: "not_packed",
      file: POINTER_PATH,
      found: "a realm written by hand, with its rows inside",
      expected: "an empty folder, or one that was built before",
    });
  }
  const parsed = packedRealmSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw damaged(
    POINTER_PATH,
    `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "unreadable"}`,
    "the pointer that the last publish wrote",
    parsed.error,
  );
}

function decode(path: string, content: Uint8Array, ref: PackedRealm["base"][number]): string[] {
  try {
    return decodePack(content, ref);
  } catch (error) {
    if (error instanceof PackMismatch) throw damaged(path, error.found, error.expected, error);
    throw error;
  }
}

function parseLine(path: string, line: string): PublishedRow {
  try {
    return { row: packRowSchema.parse(JSON.parse(line)), line };
  } catch (cause) {
    throw damaged(path, "a line that is no row", "rows as the last publish wrote them", cause);
  }
}

async function areIntact(reader: RealmReader, deltas: PackedRealm["deltas"]): Promise<boolean> {
  for (const ref of deltas) {
    const content = await reader.readPack(ref);
    if (content === undefined || sha256Hex(content) !== ref.sha256) return false;
  }
  return true;
}

/** A realm that starts over has a lower publish number, and everyone who follows it would refuse it. */
function damaged(file: string, found: string, expected: string, cause?: unknown): PublishError {
  return refusal(
    { code: "folder_damaged", file, found, expected: `${expected}; restore the folder from a copy` },
    { cause },
  );
}
