import { RealmError } from "../errors.ts";
import { MAX_MIRRORS, realmSchema } from "../model/realm.ts";

/** The part of a realm that the network needs. */
export interface RealmAddress {
  id: string;
  /** The folder that holds the realm's files. */
  url: string;
  /** Folders with copies of the files. */
  mirrors?: readonly string[] | undefined;
  /** Sent as `Authorization: Bearer` to the url's own origin and nowhere else. */
  apiKey?: string | undefined;
  /** SHA-256 of the first TUF root: the realm is never accepted unsigned. */
  root?: string | undefined;
}

/** A realm whose url passed the rules for transport and credentials. */
export interface ParsedAddress {
  id: string;
  apiKey: string | undefined;
  /** Signatures protect it, so plain `http:` is allowed. */
  isPinned: boolean;
  /** Absolute address of one of the realm's files. `file` comes from this room, never from a realm. */
  toFileUrl(file: string): URL;
}

/**
 * The realm's own address, then its mirrors in their order, these without its key.
 *
 * @throws RealmError as {@link parseRealmAddress}, for the first that breaks a rule
 */
export function parseRealmAddresses(address: RealmAddress): [ParsedAddress, ...ParsedAddress[]] {
  const { id, mirrors = [], root } = address;
  const parsed = mirrors.slice(0, MAX_MIRRORS).map((url) => parseRealmAddress({ id, url, root }));
  return [parseRealmAddress(address), ...parsed];
}

/**
 * Applies the rules of a registered realm once more, because rows of a database and settings can be edited
 * after they were checked, and this is the last place before a key leaves the machine.
 *
 * @throws RealmError `invalid_url`, `credentials_missing` for a key that no header can carry
 */
export function parseRealmAddress(address: RealmAddress): ParsedAddress {
  // The schema's rules about several fields read the url even where its own rule refused it, and would throw.
  if (!URL.canParse(address.url)) throw toAddressError(undefined);
  const parsed = realmSchema.safeParse({
    id: address.id,
    name: address.id,
    type: "custom",
    url: address.url,
    apiKey: address.apiKey,
    root: address.root,
    enabled: true,
  });
  if (!parsed.success) throw toAddressError(parsed.error.issues[0]);
  const { id, url, apiKey, root } = parsed.data;
  return { id, apiKey, isPinned: root !== undefined, toFileUrl: (file) => new URL(`${url}/${file}`) };
}

/** The messages come from the schema and hold no value of the realm. */
function toAddressError(issue: { path: PropertyKey[]; message: string } | undefined): RealmError {
  const field = String(issue?.path[0] ?? "url");
  const code = field === "apiKey" ? "credentials_missing" : "invalid_url";
  return new RealmError(code, `The realm cannot be asked: ${field}: ${issue?.message ?? "not an address"}.`);
}
