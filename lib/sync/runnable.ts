import { RealmError, type RealmErrorCode } from "../errors.ts";
import { type Realm, realmSchema } from "../model/realm.ts";

/**
 * The realm with its API key, checked as a whole: rows of the host's own file may hold anything, and one bad
 * realm must not spoil the job of the others.
 *
 * @param apiKey what the realm's environment variable or the registry holds
 * @throws RealmError `credentials_missing`, `invalid_url`, `sync_failed`
 */
export function toRunnable(realm: Realm, apiKey: string | undefined): Realm {
  const hasKey = apiKey !== undefined && apiKey !== "";
  if (!hasKey && realm.apiKeyEnv !== undefined && realm.type !== "local") {
    throw new RealmError(
      "credentials_missing",
      `The environment variable ${realm.apiKeyEnv}, which holds the API key of ${realm.id}, is not set.`,
    );
  }
  const parsed = realmSchema.safeParse(hasKey ? { ...realm, apiKey } : realm);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = String(issue?.path[0] ?? "");
  throw new RealmError(codes[field] ?? "sync_failed", `${realm.id}: ${field}: ${issue?.message}`);
}

const codes: Record<string, RealmErrorCode> = { url: "invalid_url", apiKey: "credentials_missing" };
