import * as z from "zod";
import type { KataInstallReceipt, KataInstallRequest } from "../model/install.ts";
import { kataMetadataSchema, kataNameSchema, kataVersionSchema } from "../model/kata.ts";
import { type Realm, realmIdSchema } from "../model/realm.ts";
import type { RealmsRegistry } from "../registry/registry.ts";

/**
 * What the `realms` plugin offers to agents. Every method becomes a tool that a language model can call, so
 * they search, check, ask and read; none approves, rejects, or changes a realm. That takes a person.
 */
export interface PluginMethods {
  /** `discover(query, realmIds?, options?)` → katas with all their versions, best match first. */
  discover(...args: unknown[]): Promise<unknown>;
  /** `checkCompatibility(metadata)` or `checkCompatibility(name, version, realm)` → the guide's report. */
  checkCompatibility(...args: unknown[]): Promise<unknown>;
  /** `listRealms()` → every realm with its sync status, without credentials. */
  listRealms(...args: unknown[]): Promise<unknown>;
  /** `requestInstall(name, version, realm)` → a pending request; a person is shown the proposal. */
  requestInstall(...args: unknown[]): Promise<unknown>;
  /** `pendingRequests()` → what waits for a decision. */
  pendingRequests(...args: unknown[]): Promise<unknown>;
  /** `receipts(kataName?)` → what was installed, newest first. */
  receipts(...args: unknown[]): Promise<unknown>;
  /** `stats()` → counts of realms, katas, requests and receipts. */
  stats(...args: unknown[]): Promise<unknown>;
}

export interface PluginDeps {
  registry: () => Promise<RealmsRegistry>;
  propose: (kata: { realm: string; name: string; version: string }) => Promise<KataInstallRequest>;
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
const kataArgs = z.tuple([kataNameSchema, kataVersionSchema, realmIdSchema]);
const receiptsArgs = z.tuple([kataNameSchema.nullish()]);

/** Names in order, for the schemas of the tools that are made of these methods. */
export const pluginParameters: Record<
  keyof PluginMethods,
  Record<string, { type: string; description: string }>
> = {
  discover: {
    query: {
      type: "string",
      description: 'Words to look for in names, tags and descriptions; "*" for everything',
    },
    realmIds: { type: "array", description: "Realms to search; all enabled ones by default" },
    options: {
      type: "object",
      description: "complexity, skills, tags, category, limit (at most 50), offset",
    },
  },
  checkCompatibility: {
    name: { type: "string", description: "Kata name, such as finance.audit" },
    version: { type: "string", description: "Kata version, such as v2" },
    realm: { type: "string", description: "Realm id" },
  },
  listRealms: {},
  requestInstall: {
    name: { type: "string", description: "Kata name, such as finance.audit" },
    version: { type: "string", description: "Kata version, such as v2" },
    realm: { type: "string", description: "Realm id" },
  },
  pendingRequests: {},
  receipts: { kataName: { type: "string", description: "Only receipts of this kata" } },
  stats: {},
};

export function createPluginMethods(deps: PluginDeps): PluginMethods {
  return {
    async discover(...args) {
      const [query, realmIds, options] = parseArgs("discover", discoverArgs, args);
      const registry = await deps.registry();
      return registry.discover(query, realmIds ?? undefined, { limit: MAX_RESULTS, ...options });
    },
    async checkCompatibility(...args) {
      const registry = await deps.registry();
      if (typeof args[0] !== "string") {
        const [metadata] = parseArgs("checkCompatibility", z.tuple([kataMetadataSchema]), args);
        return registry.checkCompatibility(metadata);
      }
      const [name, version, realm] = parseArgs("checkCompatibility", kataArgs, args);
      const kata = registry.findKata(realm, name, version);
      if (kata === undefined)
        throw new TypeError(`checkCompatibility: no enabled realm ${realm} has ${name} ${version}`);
      return registry.checkCompatibility(kata);
    },
    async listRealms() {
      const registry = await deps.registry();
      return registry
        .getRealms()
        .map((realm) => ({ ...publicRealm(realm), sync: registry.getSyncStatus(realm.id) }));
    },
    async requestInstall(...args) {
      const [name, version, realm] = parseArgs("requestInstall", kataArgs, args);
      return publicRequest(await deps.propose({ realm, name, version }));
    },
    async pendingRequests() {
      return (await deps.registry()).getPendingRequests().map(publicRequest);
    },
    async receipts(...args) {
      const [kataName] = parseArgs("receipts", receiptsArgs, args);
      return (await deps.registry()).getReceipts(
        kataName == null ? {} : { kataName },
      ) satisfies KataInstallReceipt[];
    },
    async stats() {
      const registry = await deps.registry();
      return {
        realms: registry.getRealms().length,
        katas: registry.countKatas(),
        versions: registry.countVersions(),
        pendingRequests: registry.getPendingRequests().length,
        receipts: registry.countReceipts(),
      };
    },
  };
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

function publicRequest({ offers, ...request }: KataInstallRequest) {
  return { ...request, versions: offers?.map((offer) => offer.version) ?? [request.kataVersion] };
}
