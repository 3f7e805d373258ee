import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type PackedRealm, packedRealmSchema, wireLimits } from "../model/wire.ts";
import { SigningError } from "../trust/signing-error.ts";
import { POINTER_PATH } from "./realm-paths.ts";

/** The pointer as it will be signed. */
export interface PointerToSign {
  pointer: PackedRealm;
  bytes: Uint8Array;
  /** Whether these are not the bytes that lie in the folder. */
  isRewritten: boolean;
}

/**
 * Reads a folder's pointer and sees to it that it names the first root, which tells readers that the realm is
 * signed.
 *
 * @param fingerprint SHA-256 of the first root
 * @param startsOver whether another root that it names may be replaced
 * @throws SigningError `not_published`, `root_differs`, `too_large`
 */
export async function readPointer(
  out: string,
  fingerprint: string,
  startsOver: boolean,
): Promise<PointerToSign> {
  const found = await read(out);
  const pointer = parse(found, out);
  if (pointer.root === fingerprint) return { pointer, bytes: found, isRewritten: false };
  if (pointer.root !== undefined && !startsOver) {
    throw new SigningError(
      "root_differs",
      `${POINTER_PATH} names the root ${pointer.root}, and these keys are of ${fingerprint}. Bring the realm's own keys, or see --start-over.`,
    );
  }
  const { base, deltas, notice, ...head } = pointer;
  const named = { ...head, root: fingerprint, base, deltas, ...(notice === undefined ? {} : { notice }) };
  const bytes = new TextEncoder().encode(`${JSON.stringify(named, null, 2)}\n`);
  assertSize(bytes.byteLength);
  return { pointer: named, bytes, isRewritten: true };
}

/** The id of the realm in a folder. @throws SigningError `not_published`, `too_large` */
export async function readPublishedRealm(out: string): Promise<string> {
  return parse(await read(out), out).realm;
}

function read(out: string): Promise<Buffer> {
  return readFile(join(out, POINTER_PATH)).catch((cause: unknown) => {
    throw notPublished(out, `There is no ${POINTER_PATH} in ${out}.`, cause);
  });
}

function parse(bytes: Uint8Array, out: string): PackedRealm {
  assertSize(bytes.byteLength);
  try {
    return packedRealmSchema.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch (cause) {
    throw notPublished(out, `${POINTER_PATH} in ${out} is not one that the build wrote.`, cause);
  }
}

function assertSize(found: number): void {
  if (found <= wireLimits.maxPointerBytes) return;
  throw new SigningError(
    "too_large",
    `${POINTER_PATH} has ${found} bytes; a signed one may have ${wireLimits.maxPointerBytes}.`,
  );
}

function notPublished(out: string, problem: string, cause: unknown): SigningError {
  return new SigningError(
    "not_published",
    `${problem} Build the realm first: realms build <katas> --out ${out}`,
    { cause },
  );
}
