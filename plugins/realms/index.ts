type Method = (...args: unknown[]) => Promise<unknown>;
type Methods = Record<(typeof names)[number], Method>;

const names = [
  "discover",
  "checkCompatibility",
  "listRealms",
  "requestInstall",
  "pendingRequests",
  "receipts",
  "stats",
] as const;

/**
 * Calls the runtime that the pack's agents attached. The plugin holds no code of its own, so that every copy of
 * it, in whatever folder, means the same thing.
 */
function method(name: (typeof names)[number]): Method {
  return async (...args) => {
    const runtime = Reflect.get(globalThis, Symbol.for("ronin-realms.runtime")) as
      | { methods: Methods }
      | undefined;
    if (runtime === undefined)
      throw new Error("realms: the dojo-agent and the realm-sync-agent are not loaded");
    return runtime.methods[name](...args);
  };
}

export default {
  name: "realms",
  description:
    "Search, check and request katas from realms: registries of versioned katas. Installing takes a person's approval.",
  methods: Object.fromEntries(names.map((name) => [name, method(name)])) as Methods,
};
