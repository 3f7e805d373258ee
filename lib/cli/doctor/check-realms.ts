import type { Realm } from "../../model/realm.ts";
import type { SyncStatus } from "../../registry/registry.ts";
import { countOf, toIsoTime } from "../format.ts";
import { type Finding, notice, problem } from "./finding.ts";

const DAY_MS = 24 * 3_600_000;
/** A realm is synced every day; a machine that slept over a weekend is no finding. */
const OUTDATED_MS = 4 * DAY_MS;
/** What two clocks may differ by before signatures and dates are in doubt. */
const SKEW_MS = 5 * 60_000;

export interface RealmFacts {
  realm: Realm;
  sync: SyncStatus;
}

/** Whether each realm answers and is fresh, and whether the clock fits what was recorded before. */
export function checkRealms(all: readonly RealmFacts[], now: number): Finding[] {
  const remote = all.filter(({ realm }) => realm.type !== "local" && realm.enabled);
  if (remote.length === 0) {
    return [
      notice(
        "no_realm",
        "No realm is followed, so no kata can be found but this Ronin's own.",
        "realms realm add <id> <url>",
      ),
    ];
  }
  return [...remote.flatMap((facts) => checkRealm(facts, now)), ...checkClock(all, now)];
}

function checkRealm({ realm, sync }: RealmFacts, now: number): Finding[] {
  const { id } = realm;
  if (sync.failureCode !== undefined) {
    return [
      problem(
        "realm_failed",
        `${id} was not synced on ${toIsoTime(sync.lastAttemptAt)}: ${sync.failureCode}, ${sync.failureMessage ?? ""}`,
        fixOf(id, sync.failureCode),
      ),
    ];
  }
  if (sync.lastSyncedAt === undefined) {
    return [problem("realm_never_synced", `${id} was never synced.`, `realms sync ${id}`)];
  }
  const ageMs = now - sync.lastSyncedAt;
  return [
    ...(realm.trust === "stale"
      ? [
          problem(
            "realm_stale",
            `The signatures of ${id} have expired, so nothing of it is installed.`,
            `realms sync ${id}. If they stay expired, its publisher has to sign again.`,
          ),
        ]
      : []),
    ...(ageMs > OUTDATED_MS
      ? [
          problem(
            "realm_outdated",
            `${id} was last synced ${countOf(Math.floor(ageMs / DAY_MS), "day", "days")} ago.`,
            `realms sync ${id}. Ronin does it every day while it runs.`,
          ),
        ]
      : []),
  ];
}

function fixOf(id: string, code: string): string {
  switch (code) {
    case "credentials_missing":
      return "Set the environment variable that the message names where Ronin is started, and restart it.";
    case "clock_wrong":
      return "Set this machine's clock, by NTP where possible.";
    case "root_mismatch":
    case "unsigned_after_signed":
      return `Ask the publisher whether the realm began anew. Only if so: realms realm reset ${id}`;
    case "invalid_url":
      return `Correct its address: realms realm remove ${id}, then realms realm add ${id} <url>; or in Ronin's config.json.`;
    case "records_damaged":
      return "Stop Ronin, and put back a copy of its database.";
    case "wrong_realm":
      return `Follow it under the id that it has: realms realm remove ${id}, then realms realm add <its id> <url>.`;
    case "network":
    case "timeout":
    case "too_slow":
    case "http_status":
    case "not_found":
      return `Check that this machine reaches its address, then: realms sync ${id}`;
    default:
      return `Try again: realms sync ${id}. If it stays so, tell its publisher what was found.`;
  }
}

function checkClock(all: readonly RealmFacts[], now: number): Finding[] {
  const latest = Math.max(...all.flatMap(({ sync }) => [sync.lastSyncedAt ?? 0, sync.lastAttemptAt ?? 0]));
  if (latest - now <= SKEW_MS) return [];
  return [
    problem(
      "clock_skew",
      `A sync is recorded at ${toIsoTime(latest)}, which this machine's clock has not reached: it says ${toIsoTime(now)}.`,
      "Set this machine's clock, by NTP where possible.",
    ),
  ];
}
