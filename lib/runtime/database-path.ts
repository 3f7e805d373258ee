import { HostError } from "../errors.ts";
import type { HostDatabase } from "../host.ts";

/**
 * The file behind `api.db`. Our records live in it on a connection of our own, so that every agent can read
 * them and no transaction of ours is joined by somebody else's statement.
 *
 * @throws HostError `database_not_found` for a database in memory
 */
export async function findDatabasePath(db: HostDatabase): Promise<string> {
  const rows = await db.query<{ name: string; file: string }>("PRAGMA database_list");
  const file = rows.find((row) => row.name === "main")?.file;
  if (file === undefined || file === "") {
    throw new HostError(
      "database_not_found",
      "The host's database is not a file; realms need one to keep records in.",
    );
  }
  return file;
}
