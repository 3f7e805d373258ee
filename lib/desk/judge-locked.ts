import type { InstallErrorCode, RealmErrorCode, RegistryErrorCode } from "../errors.ts";
import { qualifiedName } from "../model/kata.ts";
import type { KataLock, LockedKata, LockedRealm } from "../model/lock.ts";
import { LOCAL_REALM_ID } from "../model/realm.ts";
import type { LockEntryView, VersionView } from "./shown.ts";

/** What there is to know of one kata of a lock. */
export interface LockedFacts {
  lock: Pick<KataLock, "realms">;
  /** The realm that has its id here, with the root that it has here. */
  here: (LockedRealm & { enabled: boolean }) | undefined;
  /** SHA-256 of what the host has under its name and version, whoever registered it. */
  sourceHashHere: string | undefined;
  /** As the realm offers it now; without hashes where it does not. */
  offered: VersionView;
}

type Verdict = Pick<LockEntryView, "state" | "problem" | "fix" | "offered">;
type Code = InstallErrorCode | RealmErrorCode | RegistryErrorCode;

/**
 * Whether a kata of a lock is here, can be installed as the very bytes that the lock names, or cannot. Where a
 * realm has other bytes under that version, one of the two Ronins was told something else than the other.
 */
export function judgeLocked(kata: LockedKata, facts: LockedFacts): Verdict {
  if (facts.sourceHashHere === kata.sourceHash) {
    return { state: "present", problem: null, fix: null, offered: null };
  }
  const refused = findObstacle(kata, facts);
  if (refused !== undefined) return { state: "refused", ...refused, offered: null };
  return { state: "install", problem: null, fix: null, offered: facts.offered };
}

type Refused = Pick<LockEntryView, "problem" | "fix">;

function findObstacle(kata: LockedKata, facts: LockedFacts): Refused | undefined {
  const { name, version } = kata;
  if (facts.sourceHashHere !== undefined) {
    return refuse(
      "registered_with_other_bytes",
      `This Ronin has other contents as ${name} ${version}.`,
      `If nothing needs them: realms uninstall ${name}@${version}`,
    );
  }
  return findRealmObstacle(kata, facts) ?? findVersionObstacle(kata, facts.offered);
}

function findRealmObstacle(
  { realm, name, version }: LockedKata,
  { lock, here }: LockedFacts,
): Refused | undefined {
  if (realm === LOCAL_REALM_ID) {
    return refuse(
      "unknown_realm",
      "It was created on the Ronin that the lock is of, and belongs to no realm.",
      `Have that one share it (realms publish --from-local), follow the realm, and install ${name}@${version} from it.`,
    );
  }
  const locked = lock.realms.find(({ id }) => id === realm);
  if (here === undefined) {
    return refuse("unknown_realm", `The realm ${realm} is not followed here.`, toAddCommand(realm, locked));
  }
  if (locked?.root !== undefined && here.root !== locked.root) {
    const found = here.root === undefined ? "unsigned or not met yet" : `of the root ${here.root}`;
    return refuse(
      "root_mismatch",
      `The realm ${realm} is ${found} here, and of the root ${locked.root} in the lock.`,
      `If it was never synced: realms sync ${realm}. Else ask its publisher which of the two is right.`,
    );
  }
  if (here.enabled) return undefined;
  return refuse("realm_disabled", `The realm ${realm} is disabled.`, `realms realm enable ${realm}`);
}

function toAddCommand(realm: string, locked: LockedRealm | undefined): string {
  if (locked?.url === undefined) return `Ask where it is, then: realms realm add ${realm} <url>`;
  const pin = locked.root === undefined ? "" : ` --fingerprint ${locked.root}`;
  return `realms realm add ${realm} ${locked.url}${pin}`;
}

function findVersionObstacle(kata: LockedKata, offered: VersionView): Refused | undefined {
  const { realm, name, version } = kata;
  const label = qualifiedName(realm, name, version);
  const { hashes, problem } = offered;
  if (hashes === null) {
    return refuse("unknown_kata", `${realm} does not offer it, as of its last sync.`, `realms sync ${realm}`);
  }
  if (hashes.source !== kata.sourceHash) {
    return refuse(
      "source_hash_mismatch",
      `${realm} offers a source with SHA-256 ${hashes.source}; the lock has ${kata.sourceHash}.`,
      "A version never changes: ask its publisher, and install nothing of it until then.",
    );
  }
  if (hashes.compiled !== kata.compiledHash) {
    return refuse(
      "compiled_hash_mismatch",
      `${realm} says that it compiles to ${hashes.compiled}; the lock has ${kata.compiledHash}.`,
      `Look at it, and decide by itself: realms install ${label}`,
    );
  }
  if (problem !== null) return { problem, fix: null };
  if (offered.isStale) {
    return refuse(
      "realm_stale",
      offered.reasons.join(" "),
      `realms sync ${realm}, or by itself: realms install ${label} --accept-stale`,
    );
  }
  if (offered.isCompatible) return undefined;
  return refuse("missing_skills", offered.reasons.join(". "), "Add what provides it to this Ronin.");
}

/**
 * Whoever says yes to a lock says it to what the lock lists. A kata that would bring along another one, or one
 * that is refused, is refused with it.
 */
export function refuseWithoutNeeds(entries: readonly LockEntryView[]): LockEntryView[] {
  const installable = new Set(
    entries.filter(({ state }) => state === "install").map(({ qualifiedName }) => qualifiedName),
  );
  const judged = entries.map((entry): LockEntryView => {
    const missing = (entry.offered?.plan ?? []).filter(
      (step) => !step.isInstalled && !installable.has(step.qualifiedName),
    );
    const [first] = missing;
    if (entry.state !== "install" || first === undefined) return entry;
    const isListed = entries.some(({ qualifiedName }) => qualifiedName === first.qualifiedName);
    const refused = refuse(
      "missing_kata",
      `It needs ${first.qualifiedName}, which ${isListed ? "cannot be installed" : "the lock does not have"}.`,
      isListed ? "See why above or below." : `Look at that one first: realms install ${first.qualifiedName}`,
    );
    return { ...entry, state: "refused", ...refused, offered: null };
  });
  const isSettled = judged.every(({ state }, position) => state === entries[position]?.state);
  return isSettled ? judged : refuseWithoutNeeds(judged);
}

function refuse(code: Code, message: string, fix: string): Refused {
  return { problem: { code, message }, fix };
}
