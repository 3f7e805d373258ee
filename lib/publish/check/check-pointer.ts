import type { RealmKataMetadata } from "../../model/kata.ts";
import { realmIdSchema } from "../../model/realm.ts";
import { oneFileRealmSchema, type PackedRealm, wireLimits } from "../../model/wire.ts";
import { defaultLimits } from "../../realm-client/limits.ts";
import { type PointerFile, parsePointer } from "../../realm-client/pointer.ts";
import type { RealmReader } from "../realm-reader.ts";
import { attempt, type Findings } from "./finding.ts";
import { UNKNOWN_REALM } from "./url-reader.ts";

/** A pointer that a client accepts. */
export interface CheckedPointer {
  file: PointerFile;
  bytes: Uint8Array;
  realm: string;
  name?: string | undefined;
  notice?: string | undefined;
  seq?: number | undefined;
  /** Milliseconds since 1970. */
  issuedAt?: number | undefined;
  rows: { kind: "packed"; pointer: PackedRealm } | { kind: "one-file"; katas: RealmKataMetadata[] };
}

/** Reads `realm.json`, or `index.json` where there is none, by the client's own rules. */
export async function checkPointer(
  reader: RealmReader,
  findings: Findings,
): Promise<CheckedPointer | undefined> {
  for (const file of ["realm.json", "index.json"] as const) {
    const read = await attempt(findings, file, "a pointer that can be read", async () => ({
      bytes: await reader.read(file, wireLimits.maxOneFileBytes),
    }));
    if (read === undefined) return undefined;
    const { bytes } = read;
    if (bytes === undefined) continue;
    return attempt(findings, file, "a pointer of realm format 1", () => parse(file, bytes));
  }
  findings.errors.push({
    code: "not_found",
    file: "realm.json",
    found: `no such file at ${reader.where}, and no index.json`,
    expected: "the folder of a realm",
  });
  return undefined;
}

function parse(file: PointerFile, bytes: Uint8Array): CheckedPointer {
  const realm = readRealmId(bytes);
  const rules = { file, realmId: realm, isPinned: false, limits: defaultLimits, where: file };
  const parsed = parsePointer(bytes, rules);
  if (parsed.kind === "packed") {
    const { name, notice, seq, issued } = parsed.pointer;
    return { file, bytes, realm, name, notice, seq, issuedAt: Date.parse(issued), rows: parsed };
  }
  const { name, notice, seq } = parsed;
  return { file, bytes, realm, name, notice, seq, issuedAt: readIssued(bytes), rows: parsed };
}

/** A check is told where a realm lies and not which it is, so its own word is taken for it. */
function readRealmId(bytes: Uint8Array): string {
  const id = realmIdSchema.safeParse(readField(bytes, "realm"));
  return id.success ? id.data : UNKNOWN_REALM;
}

function readIssued(bytes: Uint8Array): number | undefined {
  const issued = oneFileRealmSchema.shape.issued.safeParse(readField(bytes, "issued"));
  return issued.success && issued.data !== undefined ? Date.parse(issued.data) : undefined;
}

function readField(bytes: Uint8Array, field: string): unknown {
  try {
    return Object(JSON.parse(new TextDecoder().decode(bytes)))[field];
  } catch {
    // That it is no JSON is said by the parser that comes next.
    return undefined;
  }
}
