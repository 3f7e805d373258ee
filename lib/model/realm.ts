import * as z from "zod";
import { hashSchema } from "./kata.ts";
import { realmText } from "./text.ts";
import type { TrustLevel } from "./trust.ts";

/** A collection of versioned katas, as the guide's `Realm`, and what this pack keeps about it. */
export interface Realm {
  /** Lower-case letters, digits, `-` and `_`, at most 64: `central`. */
  id: string;
  name: string;
  type: RealmType;
  /** The folder that holds the realm's files. `local` has none. */
  url?: string | undefined;
  /** Folders with copies of the realm's files, asked in order where its own url cannot be reached. */
  mirrors?: string[] | undefined;
  /** Sent as `Authorization: Bearer` to the realm's own origin. Never in a registry result. */
  apiKey?: string | undefined;
  enabled: boolean;
  /** Milliseconds since 1970. Registering the realm again keeps the first one. */
  createdAt?: number | undefined;
  lastSyncedAt?: number | undefined;
  cacheStrategy?: CacheStrategy | undefined;
  /** Milliseconds. Default {@link DEFAULT_CACHE_TTL_MS}. */
  cacheTtl?: number | undefined;

  /** Environment variable that holds the API key. */
  apiKeyEnv?: string | undefined;
  /** Name patterns bound to this realm (`acme.*`): no other realm may provide such a name. */
  names?: string[] | undefined;
  /** SHA-256 of the realm's first TUF root. A realm that names one is never accepted unsigned. */
  root?: string | undefined;
  /** How much stands behind what it says, as its last syncs found. Only ever read, and missing before the first. */
  trust?: TrustLevel | undefined;
  /** True when the host's config file lists it: then the config decides, not the page or the command. */
  fromConfig?: boolean | undefined;
}

export type RealmType = "custom" | "central" | "local";
/** `eager`: by the schedule; `lazy`: also before a search when older than the ttl; `none`: `lazy`, ttl 0. */
export type CacheStrategy = "eager" | "lazy" | "none";

export const LOCAL_REALM_ID = "local";
export const DEFAULT_CACHE_STRATEGY: CacheStrategy = "lazy";
export const DEFAULT_CACHE_TTL_MS = 3_600_000;
export const MAX_MIRRORS = 3;

export const realmIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, "expected lower-case letters, digits, - and _, at most 64 characters");

/** `acme.*` (everything below acme) or one full name. */
const namePatternSchema = z
  .string()
  .max(66)
  .regex(
    /^[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)*(\.\*)?$/,
    "expected a name or a pattern such as acme.*",
  );

const urlSchema = z.string().max(2000).transform(withoutTrailingSlashes).refine(isRealmUrl, {
  message: "expected an https: address without credentials, query or fragment",
});

/** The fields of a realm, each on its own so that settings can report them one by one. */
export const realmFields = {
  id: realmIdSchema,
  name: realmText(80),
  type: z.enum(["custom", "central", "local"]),
  url: urlSchema,
  mirrors: z.array(urlSchema).max(MAX_MIRRORS),
  apiKey: z
    .string()
    .min(1)
    .max(4096)
    .regex(/^[\x21-\x7e]+$/, "expected printable characters without spaces"),
  apiKeyEnv: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, "expected the name of an environment variable"),
  enabled: z.boolean(),
  createdAt: z.int().nonnegative(),
  lastSyncedAt: z.int().nonnegative(),
  cacheStrategy: z.enum(["eager", "lazy", "none"]),
  cacheTtl: z.int().nonnegative(),
  names: z.array(namePatternSchema).max(64),
  root: hashSchema,
} as const;

export const realmSchema = z
  .object({
    ...realmFields,
    url: realmFields.url.optional(),
    mirrors: realmFields.mirrors.optional(),
    apiKey: realmFields.apiKey.optional(),
    apiKeyEnv: realmFields.apiKeyEnv.optional(),
    createdAt: realmFields.createdAt.optional(),
    lastSyncedAt: realmFields.lastSyncedAt.optional(),
    cacheStrategy: realmFields.cacheStrategy.optional(),
    cacheTtl: realmFields.cacheTtl.optional(),
    names: realmFields.names.optional(),
    root: realmFields.root.optional(),
    fromConfig: z.boolean().optional(),
  })
  .refine((realm) => realm.type === "local" || realm.url !== undefined, {
    path: ["url"],
    message: "a realm that is not local needs a url",
  })
  .refine((realm) => realm.url === undefined || isTransportAllowed(realm.url, realm), {
    path: ["url"],
    message: "plain http: is for loopback hosts, or for a realm pinned by its root and without an API key",
  })
  .refine(
    (realm) => (realm.mirrors ?? []).every((mirror) => isTransportAllowed(mirror, { root: realm.root })),
    {
      path: ["mirrors"],
      message: "a mirror on plain http: is for loopback hosts, or for a realm pinned by its root",
    },
  ) satisfies z.ZodType<Realm>;

const typeOrder: Record<RealmType, number> = { custom: 0, central: 1, local: 2 };

/** Custom, central, local; then by id. A team's realm is asked before a public one. */
export function byRealmOrder(a: Pick<Realm, "id" | "type">, b: Pick<Realm, "id" | "type">): number {
  return typeOrder[a.type] - typeOrder[b.type] || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Whether `name` falls under one of a realm's bound patterns. */
export function isBoundName(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith(".*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
}

/** Whether a host name can only be this machine. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function withoutTrailingSlashes(url: string): string {
  return url.replace(/\/+$/, "");
}

function isRealmUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return false;
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") return false;
  return url.protocol === "https:" || url.protocol === "http:";
}

/**
 * A pinned realm's signatures make the transport irrelevant, but not for a key that travels on it. None travels
 * to a mirror.
 */
function isTransportAllowed(text: string, realm: Pick<Realm, "root" | "apiKey" | "apiKeyEnv">): boolean {
  // A text that is no URL was refused by its own rule already, and zod asks this one all the same.
  if (!URL.canParse(text)) return true;
  const url = new URL(text);
  if (url.protocol === "https:" || isLoopbackHost(url.hostname)) return true;
  return realm.root !== undefined && realm.apiKey === undefined && realm.apiKeyEnv === undefined;
}
