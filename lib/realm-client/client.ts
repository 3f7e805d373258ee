import { lookup } from "node:dns/promises";
import { type Clock, systemClock } from "../clock.ts";
import { RealmError } from "../errors.ts";
import type { RealmKataMetadata } from "../model/kata.ts";
import { isEntityTag } from "./entity-tag.ts";
import { type ClientLimits, defaultLimits } from "./limits.ts";
import { startsLikePage } from "./page.ts";
import { type PointerFile, parsePointer } from "./pointer.ts";
import { type ParsedAddress, parseRealmAddress, type RealmAddress } from "./realm-address.ts";
import { safeFetch } from "./safe-fetch.ts";
import { fetchSource } from "./sources.ts";
import type { Fetch, SafeFetchDeps } from "./transfer.ts";

export type { ClientLimits } from "./limits.ts";
export type { RealmAddress } from "./realm-address.ts";
export type { Fetch } from "./transfer.ts";

export interface RealmClientOptions {
  /** Default: the global fetch. */
  fetch?: Fetch;
  /** Default: the limits of the realm format. */
  limits?: Partial<ClientLimits>;
  /** All addresses of a host name. Default: the system's resolver. */
  resolveHost?: (hostname: string) => Promise<string[]>;
  /** Default `ronin-realms`. */
  userAgent?: string;
  /** What a `Retry-After` date is measured from. Default: the machine's clock. */
  clock?: Clock;
}

/** Names the copy of a pointer that was accepted last, so that an unchanged one costs no body. */
export interface Validator {
  path?: string | undefined;
  etag?: string | undefined;
}

export type IndexFetch =
  | { kind: "unchanged" }
  | {
      kind: "index";
      katas: RealmKataMetadata[];
      seq?: number | undefined;
      name?: string | undefined;
      notice?: string | undefined;
      validator: Validator;
    };

/** Reads realms over the network. Every rejection is a RealmError, or the caller's own abort reason. */
export interface RealmClient {
  /** The realm's katas, from `realm.json` or else `index.json`; or that they are as `validator` names them. */
  fetchIndex(realm: RealmAddress, validator: Validator, signal?: AbortSignal): Promise<IndexFetch>;
  /** The bytes of one source, at most 256 KiB, not verified. */
  fetchSource(realm: RealmAddress, sourceHash: string, signal?: AbortSignal): Promise<Uint8Array>;
}

export function createRealmClient(options: RealmClientOptions = {}): RealmClient {
  const deps: SafeFetchDeps = {
    fetch: options.fetch ?? fetch,
    limits: { ...defaultLimits, ...options.limits },
    resolveHost: options.resolveHost ?? resolveHost,
    userAgent: options.userAgent ?? "ronin-realms",
    clock: options.clock ?? systemClock,
  };
  return {
    fetchIndex: (realm, validator, signal) => fetchIndex(realm, validator, signal, deps),
    fetchSource: (realm, sourceHash, signal) => fetchSource(realm, sourceHash, signal, deps),
  };
}

const pointerFiles: readonly PointerFile[] = ["realm.json", "index.json"];

async function fetchIndex(
  realm: RealmAddress,
  validator: Validator,
  signal: AbortSignal | undefined,
  deps: SafeFetchDeps,
): Promise<IndexFetch> {
  const address = parseRealmAddress(realm);
  for (const file of pointerFiles) {
    const found = await fetchPointer(address, file, validator, signal, deps);
    if (found !== undefined) return found;
  }
  throw new RealmError(
    "not_found",
    `Neither realm.json nor index.json exists at ${address.toFileUrl("realm.json").host}. Check the realm's url.`,
  );
}

/** Undefined when the realm has no such file. */
async function fetchPointer(
  address: ParsedAddress,
  file: PointerFile,
  validator: Validator,
  signal: AbortSignal | undefined,
  deps: SafeFetchDeps,
): Promise<IndexFetch | undefined> {
  const { limits } = deps;
  const url = address.toFileUrl(file);
  const where = `${file} at ${url.host}`;
  const reply = await safeFetch(
    {
      url,
      where,
      apiKey: address.apiKey,
      isPinned: address.isPinned,
      etag: usableTag(address, file, validator),
      // Which form it has shows only once it is read, so the larger of the two limits counts.
      maxBytes: limits.maxOneFileBytes,
      timeoutMs: limits.pointerTimeoutMs,
      signal,
    },
    deps,
  );
  if (reply.kind === "missing") return undefined;
  if (reply.kind === "unchanged") return { kind: "unchanged" };
  if (reply.mediaType === "text/html" || startsLikePage(reply.bytes)) {
    throw new RealmError("not_json", `${where} is a web page. A login page may have answered for the realm.`);
  }
  const pointer = parsePointer(reply.bytes, {
    file,
    realmId: address.id,
    isPinned: address.isPinned,
    limits,
    where,
  });
  const etag = isEntityTag(reply.etag) ? { etag: reply.etag } : {};
  return { kind: "index", ...pointer, validator: { path: file, ...etag } };
}

/**
 * The tag to send for this file. None for a pinned realm: what was accepted before it was pinned was unsigned,
 * and `304` must not keep that alive.
 */
function usableTag(address: ParsedAddress, file: PointerFile, { path, etag }: Validator): string | undefined {
  return path === file && !address.isPinned && isEntityTag(etag) ? etag : undefined;
}

async function resolveHost(hostname: string): Promise<string[]> {
  const found = await lookup(hostname, { all: true });
  return found.map(({ address }) => address);
}
