import * as z from "zod";
import type { KataAddress } from "../install/plan.ts";
import { resolveShortName } from "../install/short-name.ts";
import type { KataInstallReceipt, KataInstallRequest } from "../model/install.ts";
import { kataMetadataSchema, kataNameSchema, kataVersionSchema } from "../model/kata.ts";
import { type Realm, realmIdSchema } from "../model/realm.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import { retryBusy } from "../registry/retry.ts";
import type { PluginMethods } from "./plugin-parameters.ts";

export interface PluginDeps {
  registry: RealmsRegistry;
  propose: (kata: KataAddress) => Promise<KataInstallRequest>;
}

const MAX_RESULTS = 50;

const discoverArgs = z.tuple([
  z.string().max(500),
  z.array(z.string().max(64)).max(100).nullish(),
  z
    .object({
      complexity: z.enum(["simple", "moderate", "complex"]).optional(),
      skills: z.array(z.string().max(128)).max(64).optional(),
      tags: z.array(z.string().max(40)).max(12).optional(),
      category: z.string().max(40).optional(),
      limit: z.int().min(1).max(MAX_RESULTS).optional(),
      offset: z.int().nonnegative().optional(),
    })
    .nullish(),
]);
const kataArgs = z.tuple([kataNameSchema, kataVersionSchema, realmIdSchema.nullish()]);
const receiptsArgs = z.tuple([kataNameSchema.nullish()]);

/**
 * - `discover(query, realmIds?, options?)` → katas with all their versions, best match first
 * - `checkCompatibility(metadata)` or `checkCompatibility(name, version, realm?)` → the guide's report
 * - `listRealms()` → every realm with its sync status, without credentials
 * - `requestInstall(name, version, realm?)` → a pending request; a person is shown the proposal
 * - `pendingRequests()` → what waits for a decision
 * - `receipts(kataName?)` → what was installed, newest first
 * - `stats()` → counts of realms, katas, versions, pending requests and receipts
 *
 * Without a realm, the one is meant that offers this version; where there are several, each is listed and none is
 * taken. Each method rejects with a TypeError that names the argument when one does not fit, and waits for a database
 * that somebody else has locked.
 */
export function createPluginMethods(deps: PluginDeps): PluginMethods {
  return {
    async discover(...args) {
      const [query, realmIds, options] = parseArgs("discover", discoverArgs, args);
      const { registry } = deps;
      const found = { limit: MAX_RESULTS, ...options };
      return await retryBusy(() => registry.discover(query, realmIds ?? undefined, found));
    },
    async checkCompatibility(...args) {
      const { registry } = deps;
      if (typeof args[0] !== "string") {
        const [metadata] = parseArgs("checkCompatibility", z.tuple([kataMetadataSchema]), args);
        return registry.checkCompatibility(metadata);
      }
      const [name, version, realm] = parseArgs("checkCompatibility", kataArgs, args);
      return await retryBusy(() => {
        const address = toAddress(registry, name, version, realm);
        const kata =
          registry.findRealm(address.realm)?.enabled === true &&
          registry.findKata(address.realm, name, version);
        if (kata) return registry.checkCompatibility(kata);
        throw new TypeError(`checkCompatibility: no enabled realm ${realm} has ${name} ${version}`);
      });
    },
    async listRealms() {
      const { registry } = deps;
      return await retryBusy(() =>
        registry
          .getRealms()
          .map((realm) => ({ ...publicRealm(realm), sync: registry.getSyncStatus(realm.id) })),
      );
    },
    async requestInstall(...args) {
      const { registry } = deps;
      const [name, version, realm] = parseArgs("requestInstall", kataArgs, args);
      const address = await retryBusy(() => toAddress(registry, name, version, realm));
      const request = await deps.propose(address);
      return await retryBusy(() => publicRequest(registry, request));
    },
    async pendingRequests() {
      const { registry } = deps;
      return await retryBusy(() =>
        registry.getPendingRequests().map((request) => publicRequest(registry, request)),
      );
    },
    async receipts(...args) {
      const [kataName] = parseArgs("receipts", receiptsArgs, args);
      const filter = kataName == null ? {} : { kataName };
      return await retryBusy((): KataInstallReceipt[] => deps.registry.getReceipts(filter));
    },
    async stats() {
      const { registry } = deps;
      return await retryBusy(() => ({
        realms: registry.getRealms().length,
        katas: registry.countKatas(),
        versions: registry.countVersions(),
        pendingRequests: registry.getPendingRequests().length,
        receipts: registry.countReceipts(),
      }));
    },
  };
}

function toAddress(
  registry: RealmsRegistry,
  name: string,
  version: string,
  realm: string | null | undefined,
): KataAddress {
  return realm == null ? resolveShortName(registry, name, version) : { realm, name, version };
}

/** A tool call leaves trailing arguments out or passes null for them; the rest must fit. */
function parseArgs<Args extends z.ZodTuple>(
  method: string,
  schema: Args,
  args: readonly unknown[],
): z.output<Args> {
  const width = schema.def.items.length;
  const parsed = schema.safeParse(Array.from({ length: width }, (_, position) => args[position]));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new TypeError(
    `${method}: argument ${Number(issue?.path[0] ?? 0) + 1}: ${issue?.message ?? "unreadable"}`,
  );
}

/** Without what only the sync needs to know. */
function publicRealm({
  apiKey: _apiKey,
  apiKeyEnv: _apiKeyEnv,
  ...realm
}: Realm): Omit<Realm, "apiKey" | "apiKeyEnv"> {
  return realm;
}

/** With what its realm is worth now: whoever reads it may advise the person who decides. */
function publicRequest(registry: RealmsRegistry, { offers, ...request }: KataInstallRequest) {
  const trust = registry.findRealm(request.fromRealm)?.trust;
  return {
    ...request,
    versions: offers?.map((offer) => offer.version) ?? [request.kataVersion],
    ...(trust === undefined ? {} : { trust }),
  };
}
