import { supportsRonin } from "../model/compatibility.ts";
import { byVersionDescending, type RealmKataMetadata, statusOf, versionNumber } from "../model/kata.ts";
import { LOCAL_REALM_ID } from "../model/realm.ts";
import type { RealmsRegistry, UpdateChoice } from "../registry/registry.ts";
import { findInstalled, type InstalledKata } from "./installed.ts";

const DAY_MS = 24 * 3_600_000;

/** The newest version that may take the place of an installed one. */
export interface KataUpdate {
  installed: InstalledKata;
  kata: RealmKataMetadata;
  choice: UpdateChoice;
  /** Milliseconds since 1970, from when it may be proposed: counted from when it was first seen here. */
  dueAt: number;
  /** Whether a person knows of it: it was proposed before, or stood beside the version that was chosen. */
  isTold: boolean;
}

type UpdateDeps = Pick<
  RealmsRegistry,
  | "getNewestReceipts"
  | "getHostKatas"
  | "getEnabledRealms"
  | "getVersions"
  | "getUpdateChoice"
  | "noteSeen"
  | "findRequest"
  | "roninVersion"
>;

/**
 * For each installed kata the newest active version of its realm that this Ronin can run, unless a person pinned
 * the kata or skipped that version. A publisher's dates say nothing here: a cool-down counts from the day on
 * which this Ronin saw the version.
 *
 * @throws RegistryError
 */
export function findUpdates(registry: UpdateDeps): KataUpdate[] {
  const realms = new Set(registry.getEnabledRealms().map(({ id }) => id));
  return newestOfEach(findInstalled(registry)).flatMap((installed) => {
    const { kataName, kataVersion, fromRealm } = installed.receipt;
    if (fromRealm === LOCAL_REALM_ID || !realms.has(fromRealm)) return [];
    const choice = registry.getUpdateChoice(kataName);
    const kata = choice.isPinned
      ? undefined
      : registry
          .getVersions(fromRealm, kataName)
          .filter(({ version }) => versionNumber(version) > versionNumber(kataVersion))
          .filter((one) => statusOf(one) === "active" && supportsRonin(one, registry.roninVersion))
          .filter(({ version }) => !choice.skipped.includes(version))
          .sort(byVersionDescending)[0];
    if (kata === undefined) return [];
    const notice = { kind: "update", realmId: fromRealm, kataName, kataVersion: kata.version } as const;
    const { firstSeenAt, isTold } = registry.noteSeen(notice);
    const dueAt = firstSeenAt + choice.minAgeDays * DAY_MS;
    return [{ installed, kata, choice, dueAt, isTold: isTold || wasOffered(registry, installed, kata) }];
  });
}

/** Whoever chose the older of two versions must not be asked about the newer one right after. */
function wasOffered(
  registry: Pick<UpdateDeps, "findRequest">,
  { receipt }: InstalledKata,
  { name, version }: RealmKataMetadata,
): boolean {
  const request = receipt.requestId === undefined ? undefined : registry.findRequest(receipt.requestId);
  // A kata that came along has the receipt of the request that required it, whose offers are of that one.
  if (request?.kataName !== name || request.fromRealm !== receipt.fromRealm) return false;
  return request.offers?.some((offer) => offer.version === version) === true;
}

/** Katas come by name, newest version first. */
function newestOfEach(katas: readonly InstalledKata[]): InstalledKata[] {
  return katas.filter(({ receipt }, index) => receipt.kataName !== katas[index - 1]?.receipt.kataName);
}
