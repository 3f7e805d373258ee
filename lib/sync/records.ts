import { RealmError } from "../errors.ts";
import { isDamage } from "../registry/damaged-index.ts";

/**
 * Reads from the host's own database. Damage there is not the index's: no sync can make that file anew.
 *
 * @throws RealmError `records_damaged`; whatever else `read` throws
 */
export function readRecords<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!isDamage(error)) throw error;
    throw new RealmError("records_damaged", "Ronin's own database is damaged; put back a copy of it.", {
      cause: error,
    });
  }
}
