import { type Clock, systemClock } from "../clock.ts";
import type { PackRef } from "../model/wire.ts";
import { type FileLimits, fetchBounded } from "./bounded.ts";
import { fetchPointer, type KnownPointer, type PointerFetch } from "./fetch-pointer.ts";
import { type ClientLimits, defaultLimits } from "./limits.ts";
import { fetchPack } from "./packs.ts";
import type { RealmAddress } from "./realm-address.ts";
import { fetchSource } from "./sources.ts";
import type { Fetch, SafeFetchDeps } from "./transfer.ts";

export type { FileLimits } from "./bounded.ts";
export type { KnownPointer, PointerFetch, Validator } from "./fetch-pointer.ts";
export type { ClientLimits } from "./limits.ts";
export type { OneFilePointer } from "./pointer.ts";
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

/**
 * Reads realms over the network, from their own address and, where that cannot be reached, from their mirrors.
 * Every rejection is a RealmError, the caller's own abort reason, or a system error for a file that cannot be
 * written.
 */
export interface RealmClient {
  /** What the realm says now, `realm.json` or else `index.json`; or that it is as `known` names it. */
  fetchPointer(realm: RealmAddress, known: KnownPointer, signal?: AbortSignal): Promise<PointerFetch>;
  /**
   * Writes a pack to a file that does not exist yet, verified against its size and SHA-256.
   *
   * @param onReceived told how many of its bytes have come so far; after a mirror took over, from the start again
   */
  fetchPack(
    realm: RealmAddress,
    ref: PackRef,
    toFile: string,
    signal?: AbortSignal,
    onReceived?: (bytes: number) => void,
  ): Promise<void>;
  /** The bytes of one source, at most 256 KiB, not verified. */
  fetchSource(realm: RealmAddress, sourceHash: string, signal?: AbortSignal): Promise<Uint8Array>;
  /** The bytes of any other file below the realm's url, not verified; undefined when there is none. */
  fetchBounded(
    realm: RealmAddress,
    path: string,
    limits: FileLimits,
    signal?: AbortSignal,
  ): Promise<Uint8Array | undefined>;
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
    fetchPointer: (realm, known, signal) => fetchPointer(realm, known, signal, deps),
    fetchPack: (realm, ref, toFile, signal, onReceived) =>
      fetchPack(realm, ref, { toFile, onReceived }, signal, deps),
    fetchSource: (realm, sourceHash, signal) => fetchSource(realm, sourceHash, signal, deps),
    fetchBounded: (realm, path, limits, signal) => fetchBounded(realm, path, limits, signal, deps),
  };
}

async function resolveHost(hostname: string): Promise<string[]> {
  // As zlib and streams elsewhere, a module of the host that many syncs never need and all would wait for.
  const { lookup } = await import("node:dns/promises");
  const found = await lookup(hostname, { all: true });
  return found.map(({ address }) => address);
}
