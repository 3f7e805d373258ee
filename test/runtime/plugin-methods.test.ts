import { Database } from "bun:sqlite";
import { beforeEach, describe, expect, test } from "bun:test";
import { RegistryBusyError, RegistryError } from "../../lib/errors.ts";
import type { KataAddress } from "../../lib/install/plan.ts";
import { RealmsRegistry } from "../../lib/registry/registry.ts";
import { createPluginMethods } from "../../lib/runtime/plugin-methods.ts";
import { kataOf, realmOf } from "../sync/fixtures.ts";

let registry: RealmsRegistry;
let proposed: KataAddress[];

beforeEach(() => {
  registry = new RealmsRegistry(new Database(":memory:"));
  for (const id of ["acme", "team"]) registry.registerRealm(realmOf(id, `https://${id}.example`));
  registry.registerRealm({ id: "local", name: "Here", type: "local", enabled: true });
  proposed = [];
});

function methods() {
  const propose = async (kata: KataAddress) => {
    proposed.push(kata);
    return registry.requestInstall(kata.name, kata.version, kata.realm);
  };
  return createPluginMethods({ registry, propose });
}

async function refusal(call: Promise<unknown>): Promise<RegistryError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof RegistryError) return error;
  throw new Error(`expected a RegistryError, got ${error}`);
}

describe("a name without a realm", () => {
  test("means the one realm that offers the version", async () => {
    registry.indexKatas("team", [kataOf("finance.audit")]);
    registry.indexKatas("acme", [kataOf("finance.audit", "v2")]);
    expect(await methods().requestInstall("finance.audit", "v1")).toMatchObject({ fromRealm: "team" });
    expect(await methods().checkCompatibility("finance.audit", "v2", null)).toMatchObject({
      isCompatible: true,
    });
  });

  test("that fits two realms is an error that lists both, and asks for nothing", async () => {
    for (const id of ["acme", "team"]) registry.indexKatas(id, [kataOf("finance.audit")]);
    for (const method of ["requestInstall", "checkCompatibility"] as const) {
      const { code, message } = await refusal(methods()[method]("finance.audit", "v1"));
      expect(code).toBe("ambiguous_kata");
      expect(message).toContain("acme:finance.audit@v1, team:finance.audit@v1");
    }
    expect(proposed).toEqual([]);
    expect(registry.getPendingRequests()).toEqual([]);
    await methods().requestInstall("finance.audit", "v1", "team");
    expect(proposed).toEqual([{ realm: "team", name: "finance.audit", version: "v1" }]);
  });

  test.each<[string, () => void]>([
    ["withdrawn", () => withdraw("team")],
    ["of a disabled realm", () => registry.setRealmEnabled("team", false)],
    ["of a realm that may not provide the name", () => bind("acme", ["finance.*"])],
    ["the host's own", () => registry.removeRealm("team")],
  ])("is not made ambiguous by one that is %s", async (_, change) => {
    for (const id of ["acme", "team", "local"]) registry.indexKatas(id, [kataOf("finance.audit")]);
    change();
    expect(await methods().requestInstall("finance.audit", "v1")).toMatchObject({ fromRealm: "acme" });
  });

  test("that no realm offers is unknown", async () => {
    expect((await refusal(methods().requestInstall("finance.audit", "v1"))).code).toBe("unknown_kata");
  });
});

function withdraw(realm: string): void {
  registry.indexKatas(realm, [kataOf("finance.audit", "v1", { status: "withdrawn", reason: "wrong" })]);
}

function bind(realm: string, names: string[]): void {
  registry.registerRealm(realmOf(realm, `https://${realm}.example`, { names }));
}

describe("a database that is locked for a moment", () => {
  test.each([
    ["discover", "getRealms", ["*"]],
    ["checkCompatibility", "findKata", ["finance.audit", "v1", "acme"]],
    ["listRealms", "getRealms", []],
    ["requestInstall", "findKata", ["finance.audit", "v1"]],
    ["pendingRequests", "getPendingRequests", []],
    ["receipts", "getReceipts", []],
    ["stats", "countKatas", []],
  ] as const)("only delays %s", async (method, read, args) => {
    registry.indexKatas("acme", [kataOf("finance.audit")]);
    const real = registry[read].bind(registry) as (...given: unknown[]) => unknown;
    let refusals = 1;
    Object.assign(registry, {
      [read]: (...given: unknown[]) => {
        if (refusals > 0) {
          refusals -= 1;
          throw new RegistryBusyError();
        }
        return real(...given);
      },
    });
    await methods()[method](...args);
    expect(refusals).toBe(0);
  });
});
