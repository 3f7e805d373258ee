import { RealmError } from "../../errors.ts";
import { byPackOrder } from "../../model/pack-row.ts";
import { type PackedRealm, type PackRef, packRowSchema, wireLimits } from "../../model/wire.ts";
import { scanJson } from "../../realm-client/json-scan.ts";
import { decodePack } from "../pack.ts";
import { type PublishedRow, rowKey, stateOfRows } from "../published-row.ts";
import { packPath } from "../realm-paths.ts";
import type { RealmReader } from "../realm-reader.ts";
import { attempt, type Findings } from "./finding.ts";

/**
 * Reads the base as a client does, pack by pack and row by row, and holds the pointer's count and state and every
 * delta against it.
 *
 * @returns the rows, or those that could be read
 */
export async function checkPacks(
  reader: RealmReader,
  pointer: PackedRealm,
  findings: Findings,
): Promise<PublishedRow[]> {
  const errorsBefore = findings.errors.length;
  const rows = new Map<string, PublishedRow>();
  let last: PublishedRow | undefined;
  for (const ref of pointer.base) {
    const path = packPath(ref.sha256);
    const lines = await readLines(reader, ref, findings);
    if (lines === undefined) continue;
    if (lines.length !== ref.rows) addCount(findings, path, lines.length, ref.rows);
    for (const [index, line] of lines.entries()) {
      const one = await attempt(findings, path, "rows that a client accepts", () =>
        parseLine(line, `line ${index + 1}`, pointer.seq),
      );
      if (one === undefined) continue;
      if (rows.has(rowKey(one.row))) addRepeated(findings, path, rowKey(one.row));
      if (last !== undefined && byPackOrder(last.row, one.row) > 0) addUnsorted(findings, path, one);
      rows.set(rowKey(one.row), one);
      last = one;
    }
  }
  // What a broken base would be compared with says nothing about the rest.
  if (findings.errors.length > errorsBefore) return [...rows.values()];
  checkState(pointer, rows, findings);
  for (const delta of pointer.deltas) await checkDelta(reader, delta, rows, findings);
  return [...rows.values()];
}

async function readLines(
  reader: RealmReader,
  ref: PackRef,
  findings: Findings,
): Promise<string[] | undefined> {
  const path = packPath(ref.sha256);
  return attempt(findings, path, "the pack that the pointer names", async () => {
    const content = await reader.readPack(ref);
    if (content === undefined) throw new RealmError("pack_missing", "no such file");
    return decodePack(content, ref);
  });
}

/** @throws RealmError `invalid_document`, `too_large` */
function parseLine(line: string, where: string, seq: number): PublishedRow {
  const bytes = new TextEncoder().encode(line);
  if (bytes.byteLength > wireLimits.maxRowBytes) {
    throw new RealmError("too_large", `${where} has ${bytes.byteLength} bytes`);
  }
  scanJson(bytes, wireLimits, where);
  const parsed = packRowSchema.safeParse(parseJson(line, where));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue?.path.join(".") ?? "";
    throw new RealmError("invalid_document", `${where}: ${field}: ${issue?.message ?? "unreadable"}`);
  }
  const { data } = parsed;
  if (data.seq < 1 || data.seq > seq) {
    const message = `${where}: ${rowKey(data)} with seq ${data.seq} in publish ${seq}`;
    throw new RealmError("invalid_document", message);
  }
  return { row: data, line };
}

function parseJson(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new RealmError("not_json", `${where} is not JSON`);
  }
}

function checkState(pointer: PackedRealm, rows: ReadonlyMap<string, PublishedRow>, findings: Findings): void {
  const state = stateOfRows(rows.values());
  if (state !== pointer.state) {
    findings.errors.push({
      code: "state_mismatch",
      file: "realm.json",
      found: `state ${pointer.state}`,
      expected: `${state}, which the rows of the base come to`,
    });
  }
}

/** A client that takes the delta must end where one ends that takes the base. */
async function checkDelta(
  reader: RealmReader,
  delta: PackedRealm["deltas"][number],
  rows: ReadonlyMap<string, PublishedRow>,
  findings: Findings,
): Promise<void> {
  const lines = await readLines(reader, delta, findings);
  if (lines === undefined) return;
  const expected = new Set(
    [...rows.values()].filter(({ row }) => row.seq > delta.from).map(({ line }) => line),
  );
  const found = new Set(lines);
  const missing = [...expected].filter((line) => !found.has(line)).length;
  const others = [...found].filter((line) => !expected.has(line)).length;
  const repeated = lines.length - found.size;
  if (missing === 0 && others === 0 && repeated === 0) return;
  findings.errors.push({
    code: "delta_differs",
    file: packPath(delta.sha256),
    found: `${lines.length} rows: ${missing} missing, ${others} that should not be there, ${repeated} repeated`,
    expected: `the ${expected.size} rows of the base that changed after publish ${delta.from}`,
  });
}

function addCount(findings: Findings, file: string, found: number, expected: number): void {
  findings.errors.push({
    code: "row_count",
    file,
    found: `${found} rows`,
    expected: `${expected} as realm.json says`,
  });
}

function addRepeated(findings: Findings, file: string, key: string): void {
  findings.errors.push({ code: "row_repeated", file, found: `${key} twice`, expected: "one row a version" });
}

function addUnsorted(findings: Findings, file: string, { row }: PublishedRow): void {
  if (findings.warnings.some(({ code }) => code === "not_sorted")) return;
  findings.warnings.push({
    code: "not_sorted",
    file,
    found: `${rowKey(row)} behind a later name or version`,
    expected: "rows sorted by name and version",
  });
}
