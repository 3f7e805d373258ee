import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RealmError } from "../../errors.ts";
import type { RealmClient } from "../../realm-client/client.ts";
import { defaultLimits } from "../../realm-client/limits.ts";
import type { RealmReader } from "../realm-reader.ts";

/** The id that a realm goes by until its own is read. */
export const UNKNOWN_REALM = "unknown";

/** Reads a served realm as a client does: the same limits, redirects and transport. */
export function createUrlReader(
  address: { url: string; apiKey?: string | undefined },
  client: Pick<RealmClient, "fetchBounded" | "fetchPack">,
  signal: AbortSignal,
): RealmReader {
  const realm = { id: UNKNOWN_REALM, ...address };
  return {
    where: address.url,
    isServed: true,
    read: (path, maxBytes) =>
      client.fetchBounded(realm, path, { maxBytes, timeoutMs: defaultLimits.sourceTimeoutMs }, signal),
    async readPack(ref) {
      const folder = await mkdtemp(join(tmpdir(), "realms-check-"));
      try {
        const file = join(folder, "pack");
        await client.fetchPack(realm, ref, file, signal);
        return await readFile(file);
      } catch (error) {
        if (error instanceof RealmError && error.code === "pack_missing") return undefined;
        throw error;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
