import { RealmError } from "../errors.ts";
import type { PackedRealm } from "../model/wire.ts";
import { isEntityTag } from "./entity-tag.ts";
import { askInOrder, wayFailures } from "./fail-over.ts";
import { startsLikePage } from "./page.ts";
import { type OneFilePointer, type PointerFile, parsePointer } from "./pointer.ts";
import { type ParsedAddress, parseRealmAddresses, type RealmAddress } from "./realm-address.ts";
import { safeFetch } from "./safe-fetch.ts";
import type { SafeFetchDeps } from "./transfer.ts";

/** Names the copy of a pointer that was accepted last, so that an unchanged one costs no body. */
export interface Validator {
  path?: string | undefined;
  etag?: string | undefined;
}

/** What is known of a realm before it is asked. */
export interface KnownPointer extends Validator {
  /** Publish number that was reached. A mirror that lags behind it is passed over. */
  seq?: number | undefined;
}

export type PointerFetch =
  | { kind: "unchanged" }
  | (OneFilePointer & { validator: Validator })
  | {
      kind: "packed";
      pointer: PackedRealm;
      /** As they came: what evidence is made of. */
      bytes: Uint8Array;
      validator: Validator;
      /** Where the packs are to be asked for: what answered, and the realm's other addresses behind it. */
      from: RealmAddress;
    };

const pointerFiles: readonly PointerFile[] = ["realm.json", "index.json"];

/**
 * What the realm says now, or that it is as `known` names it. A mirror is asked where the realm's own address
 * cannot be reached; it is never told what is known, since a tag is one server's own.
 *
 * @throws RealmError `not_found`, what `parsePointer` and `safeFetch` throw
 */
export async function fetchPointer(
  realm: RealmAddress,
  known: KnownPointer,
  signal: AbortSignal | undefined,
  deps: SafeFetchDeps,
): Promise<PointerFetch> {
  const addresses = parseRealmAddresses(realm);
  return askInOrder(addresses, wayFailures, signal, async (address) => {
    const isMirror = address !== addresses[0];
    const found = await findPointer(address, isMirror ? {} : known, signal, deps);
    if (found.kind === "unchanged") return found;
    const validator = isMirror ? { path: found.validator.path } : found.validator;
    if (found.kind === "one-file") return { ...found, validator };
    if (isMirror && found.pointer.seq < (known.seq ?? 0)) throw lagging(address);
    return { ...found, validator, from: isMirror ? startAt(realm, addresses.indexOf(address)) : realm };
  });
}

type Found =
  | Exclude<PointerFetch, { kind: "packed" }>
  | Omit<Extract<PointerFetch, { kind: "packed" }>, "from">;

async function findPointer(
  address: ParsedAddress,
  known: KnownPointer,
  signal: AbortSignal | undefined,
  deps: SafeFetchDeps,
): Promise<Found> {
  for (const file of pointerFiles) {
    const found = await fetchFile(address, file, known, signal, deps);
    if (found !== undefined) return found;
  }
  throw new RealmError(
    "not_found",
    `Neither realm.json nor index.json exists at ${address.toFileUrl("realm.json").host}. Check the realm's url.`,
  );
}

/** Undefined when the realm has no such file. */
async function fetchFile(
  address: ParsedAddress,
  file: PointerFile,
  known: KnownPointer,
  signal: AbortSignal | undefined,
  deps: SafeFetchDeps,
): Promise<Found | undefined> {
  const { limits } = deps;
  const url = address.toFileUrl(file);
  const where = `${file} at ${url.host}`;
  const reply = await safeFetch(
    {
      url,
      where,
      apiKey: address.apiKey,
      isPinned: address.isPinned,
      etag: usableTag(address, file, known),
      // Which form it has shows only once it is read, so the larger of the two limits counts.
      maxBytes: limits.maxOneFileBytes,
      timeoutMs: limits.pointerTimeoutMs,
      signal,
    },
    deps,
  );
  if (reply.kind === "missing") return undefined;
  if (reply.kind === "unchanged") return { kind: "unchanged" };
  const { bytes } = reply;
  if (reply.mediaType === "text/html" || startsLikePage(bytes)) {
    throw new RealmError("not_json", `${where} is a web page. A login page may have answered for the realm.`);
  }
  const pointer = parsePointer(bytes, {
    file,
    realmId: address.id,
    isPinned: address.isPinned,
    limits,
    where,
  });
  const validator: Validator = { path: file, ...(isEntityTag(reply.etag) ? { etag: reply.etag } : {}) };
  return pointer.kind === "packed" ? { ...pointer, bytes, validator } : { ...pointer, validator };
}

/**
 * The tag to send for this file. None for a pinned realm: what was accepted before it was pinned was unsigned,
 * and `304` must not keep that alive.
 */
function usableTag(address: ParsedAddress, file: PointerFile, { path, etag }: Validator): string | undefined {
  return path === file && !address.isPinned && isEntityTag(etag) ? etag : undefined;
}

/** The realm as seen from the mirror at `index`, so that packs do not wait for an address that is down. */
function startAt(realm: RealmAddress, index: number): RealmAddress {
  const mirrors = realm.mirrors ?? [];
  const url = mirrors[index - 1] ?? realm.url;
  return { id: realm.id, url, mirrors: mirrors.filter((mirror) => mirror !== url), root: realm.root };
}

function lagging(address: ParsedAddress): RealmError {
  return new RealmError("rolled_back", `The mirror ${address.toFileUrl("").host} lags behind.`);
}
