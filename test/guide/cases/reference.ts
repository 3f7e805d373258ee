import { expect } from "bun:test";
import type { Case } from "../case.ts";

export const reference: readonly Case[] = [
  {
    heading: "registerRealm(realm: Realm)",
    ordinal: 1,
    form: "function",
    claims: {
      "registers a custom realm, which then comes before the others": async (run, arrange) => {
        const { registry, scope } = arrange();
        await run(scope);
        expect(registry.getEnabledRealms().map(({ id }) => id)).toEqual([
          "my-custom",
          "team",
          "central",
          "local",
        ]);
        expect(registry.findRealm("my-custom")).toMatchObject({
          name: "My Custom Realms",
          type: "custom",
          url: "https://my-realms.example.com/v1",
          enabled: true,
        });
      },
      "keeps the API key for the realm client, and out of every result": async (run, arrange) => {
        const { registry, scope } = arrange();
        await run(scope);
        expect(registry.findApiKey("my-custom")).toBe("token123");
        const shown = [registry.getEnabledRealms(), registry.getRealms(), registry.findRealm("my-custom")];
        expect(JSON.stringify(shown)).not.toContain("token123");
        expect(Object.keys(registry.findRealm("my-custom") ?? {})).not.toContain("apiKey");
      },
    },
  },
];
