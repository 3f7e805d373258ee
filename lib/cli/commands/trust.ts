import type { Realm } from "../../model/realm.ts";
import type { RealmsRegistry, StaleAcceptance, TrustReset } from "../../registry/registry.ts";
import { retryBusy } from "../../registry/retry.ts";
import type { RealmTrust } from "../../trust/trust-level.ts";
import { toPersonName } from "../approval.ts";
import { CommandError } from "../command-error.ts";
import { askToConfirm } from "../confirm.ts";
import type { CommandContext } from "../context.ts";
import { type Field, toFields, toIsoTime } from "../format.ts";
import type { Report } from "../print.ts";

const DAY_MS = 24 * 3_600_000;

export interface TrustOptions {
  /** Days. */
  acceptStale?: number | undefined;
  as?: string | undefined;
  yes?: boolean | undefined;
}

interface Known {
  realm: Realm;
  trust: RealmTrust | undefined;
  resets: TrustReset[];
  acceptances: StaleAcceptance[];
}

/**
 * `realms trust [realm]`: what each realm's signatures are worth here. With `--accept-stale` its katas may be
 * installed for a while although its signatures have expired, and that is recorded.
 *
 * @throws CommandError `usage`, `unknown_realm`, `declined`, `interrupted`; RegistryError `unknown_realm`
 */
export async function trustCommand(
  context: CommandContext,
  id: string | undefined,
  options: TrustOptions,
): Promise<Report> {
  const isChange = options.acceptStale !== undefined;
  if (id === undefined) {
    if (isChange) throw new CommandError("usage", "Which realm? Name it: realms trust <realm>");
    const all = await retryBusy(() =>
      context.registry.getRealms().map((realm) => read(context.registry, realm)),
    );
    return toReport(all);
  }
  const realm = await retryBusy(() => getRealm(context.registry, id));
  if (isChange) await change(context, realm, options);
  return toReport([await retryBusy(() => read(context.registry, getRealm(context.registry, id)))]);
}

async function change(context: CommandContext, realm: Realm, options: TrustOptions): Promise<void> {
  const { registry, around } = context;
  const by = toPersonName(options.as, around);
  context.say(toLines(await retryBusy(() => read(registry, realm))));
  const { acceptStale } = options;
  if (acceptStale !== undefined) {
    await confirm(
      context,
      options,
      `Install from ${realm.id} for ${acceptStale} days though its signatures have expired?`,
    );
    const until = around.clock.now() + acceptStale * DAY_MS;
    await retryBusy(() => registry.acceptStale(realm.id, by, until));
  }
}

async function confirm(
  { around, isJson }: CommandContext,
  { yes }: TrustOptions,
  question: string,
): Promise<void> {
  if (yes === true) return;
  if (isJson || !around.isTTY) {
    throw new CommandError("usage", "There is nobody to ask. Look at the realm first, then add --yes.");
  }
  const { stdin: input, stdout: output, signal } = around;
  const answer = await askToConfirm(question, { input, output, signal });
  if (answer === undefined) throw new CommandError("interrupted", "Interrupted. Nothing was changed.");
  if (!answer) throw new CommandError("declined", "Nothing was changed.");
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
    acceptances: registry.getStaleAcceptances(realm.id),
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

function toLines({ realm, trust, resets, acceptances }: Known): string[] {
  const fields: Field[] = [
    ["trust", realm.trust ?? (realm.type === "local" ? "its own" : "not met yet")],
    ...(trust === undefined || trust.trust === "unsigned" ? [] : toSignedFields(trust)),
    ["reset", resets.map(({ at, by }) => `${toIsoTime(at)} by ${by}`)],
    [
      "accepted",
      acceptances.map(({ at, until, by }) => `${toIsoTime(at)} by ${by}, until ${toIsoTime(until)}`),
    ],
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
