const realm = {
  type: "string",
  description: "Realm id; may be left out where one realm alone offers this version",
} as const;

/** Arguments of the plugin's methods, in order, as the tools made of them describe them. */
export const pluginParameters = {
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
    realm,
  },
  listRealms: {},
  requestInstall: {
    name: { type: "string", description: "Kata name, such as finance.audit" },
    version: { type: "string", description: "Kata version, such as v2" },
    realm,
  },
  pendingRequests: {},
  receipts: { kataName: { type: "string", description: "Only receipts of this kata" } },
  stats: {},
} as const satisfies Record<string, Record<string, { type: string; description: string }>>;

export type PluginMethodName = keyof typeof pluginParameters;

/**
 * What the `realms` plugin offers to agents. Every method becomes a tool that a language model can call, so
 * they search, check, ask and read; none approves, rejects, or changes a realm. That takes a person.
 */
export type PluginMethods = Record<PluginMethodName, (...args: unknown[]) => Promise<unknown>>;
