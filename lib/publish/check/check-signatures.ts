import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packedRealmSchema, wireLimits } from "../../model/wire.ts";
import { fetchSignedPointer } from "../../realm-client/tuf.ts";
import { sha256Hex } from "../../trust/digest.ts";
import { FIRST_ROOT_PATH } from "../realm-paths.ts";
import type { RealmReader } from "../realm-reader.ts";
import type { CheckedPointer } from "./check-pointer.ts";
import { attempt, type Findings } from "./finding.ts";

/** How a realm's signatures look to somebody who meets it for the first time. */
export type CheckedSignatures =
  | { trust: "unsigned" }
  | { trust: "signed"; root: string; expiresAt?: number | undefined };

const SOON_MS = 14 * 24 * 3_600_000;

/**
 * Runs the client's whole TUF workflow where there is metadata, and compares what is signed with what is served.
 *
 * @param facts.saysNo whether the host says no to what does not exist; else a root that nobody named may be its page
 */
export async function checkSignatures(
  reader: RealmReader,
  checked: CheckedPointer,
  { now, saysNo }: { now: number; saysNo: boolean },
  findings: Findings,
): Promise<CheckedSignatures> {
  const named = checked.rows.kind === "packed" ? checked.rows.pointer.root : undefined;
  const read = await attempt(findings, FIRST_ROOT_PATH, "a root that can be read", async () => ({
    bytes: await reader.read(FIRST_ROOT_PATH, wireLimits.maxPointerBytes),
  }));
  const firstRoot = read?.bytes;
  if (named === undefined && !saysNo) return { trust: "unsigned" };
  if (firstRoot === undefined) {
    if (named === undefined) return { trust: "unsigned" };
    findings.errors.push({
      code: "metadata_missing",
      file: FIRST_ROOT_PATH,
      found: "no such file, though realm.json names a root",
      expected: "the root that readers pin; run realms sign",
    });
    return { trust: "signed", root: named };
  }
  const root = sha256Hex(firstRoot);
  if (named !== undefined && named !== root) {
    findings.errors.push({
      code: "root_mismatch",
      file: FIRST_ROOT_PATH,
      found: `SHA-256 ${root}`,
      expected: `${named} as realm.json says`,
    });
  }
  const signed = await attempt(findings, "metadata/timestamp.json", "metadata that a client accepts", () =>
    readSigned(reader, checked, firstRoot, now),
  );
  if (signed === undefined) return { trust: "signed", root };
  compareWithServed(checked, signed.pointerBytes, findings);
  warnBeforeExpiry(signed.expiresAt, now, findings);
  return { trust: "signed", root, expiresAt: signed.expiresAt };
}

async function readSigned(reader: RealmReader, checked: CheckedPointer, firstRoot: Uint8Array, now: number) {
  const folder = await mkdtemp(join(tmpdir(), "realms-check-"));
  try {
    return await fetchSignedPointer({
      realm: { id: checked.realm, url: reader.where },
      metadataDir: join(folder, "metadata"),
      known: undefined,
      firstRoot,
      now,
      fetchBounded: (_realm, path, { maxBytes }) => reader.read(path, maxBytes),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Who follows a signed realm reads what is signed, so a build that nobody signed reaches nobody. */
function compareWithServed(checked: CheckedPointer, signedBytes: Uint8Array, findings: Findings): void {
  if (Buffer.compare(signedBytes, checked.bytes) === 0) return;
  const signed = packedRealmSchema.safeParse(JSON.parse(new TextDecoder().decode(signedBytes)));
  findings.errors.push({
    code: "not_signed_yet",
    file: checked.file,
    found: `publish ${checked.seq ?? "unknown"}`,
    expected: `publish ${signed.data?.seq ?? "unknown"}, which is what is signed; run realms sign`,
  });
}

function warnBeforeExpiry(expiresAt: number, now: number, findings: Findings): void {
  if (expiresAt - now > SOON_MS) return;
  findings.warnings.push({
    code: "expires_soon",
    file: "metadata/timestamp.json",
    found: `signatures that expire ${new Date(expiresAt).toISOString()}`,
    expected: "signing again in time: realms sign",
  });
}
