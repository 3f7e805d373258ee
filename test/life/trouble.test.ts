import { describe, expect, test } from "bun:test";
import { createLifeWorld, row } from "./life-world.ts";

const NAME = "finance.audit";

describe("an installed version", () => {
  test.each(["withdrawn", "deprecated"] as const)(
    "that was %s is reported once, and stays",
    async (status) => {
      const world = createLifeWorld();
      world.install(NAME, "v1");
      world.index(
        row(NAME, "v1", { status, reason: "leaks addresses", replacedBy: "central:finance.audit@v3" }),
      );
      await world.watch.look();
      await world.watch.look();
      expect(world.emitted).toEqual([
        {
          event: "kata.withdrawn",
          data: {
            kataName: NAME,
            kataVersion: "v1",
            fromRealm: "central",
            status,
            reason: "leaks addresses",
            replacedBy: "central:finance.audit@v3",
            suggestion: "realms uninstall finance.audit@v1",
          },
        },
      ]);
      expect(world.registry.findHostKata(NAME, "v1")).toBeDefined();
      expect(world.registry.getPendingRequests()).toEqual([]);
    },
  );

  test("that was deprecated and then withdrawn is reported for each", async () => {
    const world = createLifeWorld();
    world.install(NAME, "v1");
    for (const status of ["deprecated", "withdrawn"] as const) {
      world.index(row(NAME, "v1", { status, reason: "old" }));
      await world.watch.look();
    }
    expect(world.payloads("kata.withdrawn").map(({ status }) => status)).toEqual(["deprecated", "withdrawn"]);
  });

  test("that is active, unknown to its realm, or only in another realm's list is not reported", async () => {
    const world = createLifeWorld();
    for (const version of ["v1", "v2"]) world.install(NAME, version);
    world.install("notes.daily", "v1", { realm: "local" });
    world.index(row(NAME, "v1"), row("notes.daily", "v1", { status: "withdrawn", reason: "broken" }));
    await world.watch.look();
    expect(world.emitted).toEqual([]);
  });

  test("that the Ronin of today is too new for is reported once a Ronin version", async () => {
    const world = createLifeWorld();
    world.install(NAME, "v1");
    world.index(row(NAME, "v1", { maxRoninVersion: "1.9.9" }));
    await world.watch.look();
    expect(world.emitted).toEqual([]);

    const { records } = world;
    const upgraded = createLifeWorld({ records, roninVersion: "2.0.0" });
    await upgraded.watch.look();
    await createLifeWorld({ records, roninVersion: "2.0.0" }).watch.look();
    expect(upgraded.emitted).toEqual([
      {
        event: "kata.incompatible",
        data: {
          kataName: NAME,
          kataVersion: "v1",
          fromRealm: "central",
          roninVersion: "2.0.0",
          reason: expect.stringContaining("supports up to 1.9.9"),
        },
      },
    ]);
    const again = createLifeWorld({ records, roninVersion: "2.1.0" });
    await again.watch.look();
    expect(again.payloads("kata.incompatible").map(({ roninVersion }) => roninVersion)).toEqual(["2.1.0"]);
  });
});
