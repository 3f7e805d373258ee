import type { Realm } from "../../model/realm.ts";
import type { RealmsRegistry, TrustReset } from "../../registry/registry.ts";
import { retryBusy } from "../../registry/retry.ts";
import type { RealmTrust } from "../../trust/trust-level.ts";
import { CommandError } from "../command-error.ts";
import type { CommandContext } from "../context.ts";
import { type Field, toFields, toIsoTime } from "../format.ts";
import type { Report } from "../print.ts";

interface Known {
  realm: Realm;
  trust: RealmTrust | undefined;
  resets: TrustReset[];
}

/**
 * `realms trust [realm]`: what each realm's signatures are worth here.
 *
 * @throws CommandError `unknown_realm`
 */
export async function trustCommand({ registry }: CommandContext, id: string | undefined): Promise<Report> {
  return await retryBusy(() => {
    const realms = id === undefined ? registry.getRealms() : [getRealm(registry, id)];
    return toReport(realms.map((realm) => read(registry, realm)));
  });
}

function getRealm(registry: RealmsRegistry, id: string): Realm {
  const realm = registry.findRealm(id);
  if (realm !== undefined) return realm;
  const ids = registry.getRealms().map((one) => one.id);
  throw new CommandError(
    "unknown_realm",
    `There is no realm ${JSON.stringify(id)}. There is: ${ids.join(", ")}.`,
  );
}

function read(registry: RealmsRegistry, realm: Realm): Known {
  return {
    realm,
    trust: registry.findRealmTrust(realm.id),
    resets: registry.getTrustResets(realm.id),
  };
}

function toReport(all: readonly Known[]): Report {
  return {
    json: {
      realms: all.map(({ realm, ...known }) => ({ id: realm.id, level: realm.trust ?? null, ...known })),
    },
    lines: all.flatMap((known, position) => [...(position === 0 ? [] : [""]), ...toLines(known)]),
  };
}

function toLines({ realm, trust, resets }: Known): string[] {
  const fields: Field[] = [
    ["trust", realm.trust ?? (realm.type === "local" ? "its own" : "not met yet")],
    ...(trust === undefined || trust.trust === "unsigned" ? [] : toSignedFields(trust)),
    ["reset", resets.map(({ at, by }) => `${toIsoTime(at)} by ${by}`)],
  ];
  return [...toFields([["Realm", realm.id]], 0), ...toFields(fields)];
}

function toSignedFields(trust: Exclude<RealmTrust, { trust: "unsigned" }>): Field[] {
  return [
    ["fingerprint", trust.root],
    ["signed", `publish ${trust.seq}, root version ${trust.versions.root}`],
    ["good until", toIsoTime(trust.expiresAt)],
  ];
}
