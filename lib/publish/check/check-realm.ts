import type { PublishedRow } from "../published-row.ts";
import type { RealmReader } from "../realm-reader.ts";
import { checkHosting } from "./check-hosting.ts";
import { checkPacks } from "./check-packs.ts";
import { type CheckedPointer, checkPointer } from "./check-pointer.ts";
import { checkSignatures } from "./check-signatures.ts";
import { type CheckSourcesDeps, checkSources } from "./check-sources.ts";
import type { Findings } from "./finding.ts";
import { reviewRows } from "./review-rows.ts";
import { reviewText } from "./review-text.ts";
import { type RealmSummary, summarize } from "./summary.ts";

export interface RealmCheck extends Findings {
  /** Undefined when the pointer could not be read. */
  summary: RealmSummary | undefined;
}

export interface CheckDeps extends CheckSourcesDeps {
  /** Milliseconds since 1970. */
  now: number;
}

/** An honest clock may be a little ahead of this one. */
const CLOCK_SLACK_MS = 10 * 60_000;

/**
 * Checks a realm as its readers would: pointer, packs, state, deltas, signatures, and every source, compiled. All
 * that is wrong is collected; nothing is written. It rejects only when the signal aborts.
 */
export async function checkRealm(reader: RealmReader, deps: CheckDeps): Promise<RealmCheck> {
  const findings: Findings = { errors: [], warnings: [] };
  const checked = await checkPointer(reader, findings);
  if (checked === undefined) return { ...findings, summary: undefined };
  warnAboutTime(checked, deps.now, findings);
  const packed = await readRows(reader, checked, findings);
  const rows = checked.rows.kind === "packed" ? packed.map(({ row }) => row) : checked.rows.katas;
  findings.warnings.push(...reviewRows(checked.realm, rows), ...reviewText(packed));
  const sourceBytes = await checkSources(checked.realm, rows, findings, deps);
  const saysNo = await checkHosting(reader, findings);
  const signatures = await checkSignatures(reader, checked, { now: deps.now, saysNo }, findings);
  return { ...findings, summary: summarize(checked, rows, signatures, sourceBytes) };
}

async function readRows(
  reader: RealmReader,
  { rows }: CheckedPointer,
  findings: Findings,
): Promise<PublishedRow[]> {
  return rows.kind === "packed" ? await checkPacks(reader, rows.pointer, findings) : [];
}

function warnAboutTime({ issuedAt, file }: CheckedPointer, now: number, findings: Findings): void {
  if (issuedAt === undefined || issuedAt <= now + CLOCK_SLACK_MS) return;
  findings.warnings.push({
    code: "issued_in_the_future",
    file,
    found: `issued ${new Date(issuedAt).toISOString()}`,
    expected: `a time before ${new Date(now).toISOString()}; one of the two clocks is wrong`,
  });
}
