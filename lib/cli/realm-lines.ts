import { sayProgress } from "../desk/say-progress.ts";
import type { RealmPreview, RealmView } from "../desk/shown.ts";
import { countOf, type Field, toFields, toIsoTime } from "./format.ts";
import type { Line } from "./print.ts";

/** Every realm with what it is worth, how fresh it is, and what went wrong last. */
export function toRealmsLines(realms: readonly RealmView[]): Line[] {
  const followed = realms.filter(({ type }) => type !== "local");
  return [
    ...realms.flatMap((realm, position) => [...(position === 0 ? [] : [""]), ...toRealmLines(realm)]),
    ...(followed.length === 0
      ? ["", "No other realm is followed.", "Follow one:  realms realm add <id> <url>"]
      : []),
  ];
}

const origins: Record<RealmView["origin"], string> = {
  config: "Ronin's config.json",
  page: "page or command",
  builtin: "always there",
};

function toRealmLines(realm: RealmView): Line[] {
  const { id, type, enabled, katas, versions, lastSyncedAt, failure, lastAttemptAt } = realm;
  return [
    { text: `${id} (${type}${enabled ? "" : ", disabled"})`, style: "strong" },
    ...toFields([
      ["name", realm.name],
      ["from", realm.url ?? undefined],
      ["mirrors", realm.mirrors],
      ["set in", origins[realm.origin]],
      ["owns", realm.names.join(", ")],
      ...toTrustFields(realm),
      ["holds", `${countOf(katas, "kata", "katas")} in ${countOf(versions, "version", "versions")}`],
      ["synced", lastSyncedAt === null ? "never" : toIsoTime(lastSyncedAt)],
      ["now", realm.isSyncing ? `is being synced: ${sayProgress(realm.progress)}` : undefined],
      [
        "failed",
        failure === null
          ? undefined
          : `${toIsoTime(lastAttemptAt ?? undefined)}, ${failure.code}: ${failure.message}`,
      ],
    ]),
  ];
}

function toTrustFields({ trust, type, fingerprint, signedUntil }: RealmView): Field[] {
  return [
    ["trust", trust ?? (type === "local" ? "its own" : "not met yet")],
    ["root", fingerprint ?? undefined],
    ["good until", signedUntil === null ? undefined : toIsoTime(signedUntil)],
  ];
}

/** What a realm showed when it was asked, for a person who is to trust it. */
export function toPreviewLines({ id, name, url, signing }: RealmPreview): Line[] {
  return [
    { text: id, style: "strong" },
    ...toFields([
      ["name", name],
      ["from", url],
      ["signed", signing.kind === "signed" ? "yes" : "no: whoever controls this address controls its katas"],
      ["root", signing.kind === "signed" ? signing.fingerprint : undefined],
      [
        "check",
        signing.kind === "signed"
          ? "compare the root with what the publisher says, on another way"
          : undefined,
      ],
    ]),
  ];
}
