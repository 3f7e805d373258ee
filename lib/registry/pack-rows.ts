import { RegistryError } from "../errors.ts";
import { qualifiedName } from "../model/kata.ts";
import { DIGEST_BYTES } from "./digest-list.ts";
import type { IndexRow } from "./index-table.ts";
import type { Row } from "./sql.ts";

/** Columns of what a published version says for good. The others may change, or are made out of these. */
const immutableColumns = [
  "source_hash",
  "compiled_hash",
  "required_skills",
  "required_katas",
  "min_ronin_version",
  "max_ronin_version",
  "tags",
  "category",
  "complexity",
  "description",
  "install_count",
  "author",
  "license",
  "documentation",
  "release_date",
  "changes",
  "source_bytes",
  "compiled_with",
] as const satisfies ReadonlyArray<keyof IndexRow>;

/** Those that a pointer with its rows in itself has to hold to as well. */
const hashColumns = ["source_hash", "compiled_hash"] as const satisfies ReadonlyArray<keyof IndexRow>;

/** The digest of the line that a stored row came in; undefined for one that came in no pack. */
export function digestOf(stored: Row | undefined): Uint8Array | undefined {
  const digest = stored?.row_digest;
  return digest instanceof Uint8Array && digest.byteLength === DIGEST_BYTES ? digest : undefined;
}

/**
 * A published row is immutable but for `seq`, `status`, `reason`, `replacedBy` and `lastModified`. A row that came
 * in one file is held to its hashes: that form never fixed the rest, and a pack says more.
 *
 * @throws RegistryError `hash_conflict`
 */
export function assertImmutable(
  realmId: string,
  stored: Row | undefined,
  row: IndexRow,
  digest: Uint8Array,
): void {
  if (stored === undefined) return;
  const storedDigest = digestOf(stored);
  // The very line that is stored: where the columns differ all the same, it was not the realm that changed them.
  if (storedDigest !== undefined && Buffer.compare(storedDigest, digest) === 0) return;
  const columns = storedDigest === undefined ? hashColumns : immutableColumns;
  for (const column of columns) {
    if (stored[column] === row[column]) continue;
    const label = qualifiedName(realmId, row.kata_name, row.kata_version);
    throw new RegistryError(
      "hash_conflict",
      `${label} was published before with another ${column}. The index was left as it was; new contents need a new version.`,
    );
  }
}
