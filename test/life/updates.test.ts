import { describe, expect, test } from "bun:test";
import { InstallError, RegistryError } from "../../lib/errors.ts";
import { describeUpdate } from "../../lib/life/describe-update.ts";
import { findUpdates, type KataUpdate } from "../../lib/life/find-updates.ts";
import { codeOf } from "../support/throws.ts";
import { createLifeWorld, DAY_MS, row, sourceOf } from "./life-world.ts";

const NAME = "finance.audit";

function createInstalled(options: Parameters<typeof createLifeWorld>[0] = {}) {
  const world = createLifeWorld(options);
  world.install(NAME, "v1");
  world.index(row(NAME, "v1", { requiredSkills: ["mail.search", "old.skill"] }));
  return world;
}

function onlyUpdate({ registry }: ReturnType<typeof createInstalled>): KataUpdate {
  const [update, ...others] = findUpdates(registry);
  if (update === undefined || others.length > 0) throw new Error("expected one update");
  return update;
}

const newer = row(NAME, "v2", {
  requiredSkills: ["mail.search", "file.read"],
  requiredKatas: ["notify.user@v1"],
  changes: "Reads receipts too.",
});

describe("a newer version of an installed kata", () => {
  test("is proposed once, with what it changes, and nothing is installed", async () => {
    const world = createInstalled();
    world.served.set(newer.sourceHash, Buffer.from(sourceOf(NAME, "v2")));
    world.index(row(NAME, "v1", { requiredSkills: ["mail.search"] }), newer);
    await world.watch.look();
    await world.watch.look();

    const [request, ...others] = world.registry.getPendingRequests();
    expect(others).toEqual([]);
    expect(world.emitted).toEqual([
      {
        event: "kata.update_available",
        data: {
          proposalId: request?.id,
          kataName: NAME,
          fromRealm: "central",
          installedVersion: "v1",
          kataVersion: "v2",
          changes: "Reads receipts too.",
          newSkills: ["file.read"],
        },
      },
    ]);
    expect(request).toMatchObject({ kataName: NAME, kataVersion: "v2", status: "pending" });
    expect(world.registry.getHostKatas().map(({ version }) => version)).toEqual(["v1"]);
  });

  test("is described by its source, skills and katas", async () => {
    const world = createInstalled();
    world.index(row(NAME, "v1", { requiredSkills: ["mail.search", "old.skill"] }), newer);
    world.served.set(newer.sourceHash, Buffer.from(sourceOf(NAME, "v2")));
    await world.watch.look();
    expect(describeUpdate(world.registry, onlyUpdate(world))).toEqual({
      installedVersion: "v1",
      kataVersion: "v2",
      changes: "Reads receipts too.",
      newSkills: ["file.read"],
      goneSkills: ["old.skill"],
      newKatas: ["notify.user@v1"],
      diff: [
        { kind: "removed", text: `kata ${NAME} v1` },
        { kind: "added", text: `kata ${NAME} v2` },
        ...["initial a", "phase a", `  wait event ${NAME}.go`, "  complete"].map((text) => ({
          kind: "same" as const,
          text,
        })),
      ],
    });
  });

  test.each([
    ["cannot be fetched", undefined],
    ["is not what the index lists", Buffer.from("kata evil v1")],
  ])("is proposed without a diff when its source %s", async (_what, bytes) => {
    const world = createInstalled();
    if (bytes !== undefined) world.served.set(newer.sourceHash, bytes);
    world.index(row(NAME, "v1"), newer);
    await world.watch.look();
    expect(world.payloads("kata.update_available")).toHaveLength(1);
    expect(world.registry.findSource(newer.sourceHash)).toBeUndefined();
    expect(describeUpdate(world.registry, onlyUpdate(world))).not.toHaveProperty("diff");
  });

  test("is not described by a kept source that was damaged", () => {
    const world = createInstalled();
    world.index(row(NAME, "v1"), newer);
    world.registry.saveSource(newer.sourceHash, Buffer.from("other"));
    expect(codeOf(() => describeUpdate(world.registry, onlyUpdate(world)), InstallError)).toBe(
      "source_hash_mismatch",
    );
  });

  test("is proposed again after a failure, and told of by one process of two", async () => {
    const world = createInstalled();
    world.index(row(NAME, "v1"), newer);
    const { propose } = world.deps;
    world.deps.propose = () => Promise.reject(new Error("locked"));
    await world.watch.look();
    expect(world.emitted).toEqual([]);
    world.deps.propose = propose;
    const other = createLifeWorld({ records: world.records });
    await Promise.all([world.watch.look(), other.watch.look()]);
    expect([...world.emitted, ...other.emitted]).toHaveLength(1);
  });

  test("is the newest of several", async () => {
    const world = createInstalled();
    world.index(row(NAME, "v1"), newer, row(NAME, "v10"), row(NAME, "v9"));
    await world.watch.look();
    expect(world.payloads("kata.update_available").map(({ kataVersion }) => kataVersion)).toEqual(["v10"]);
  });

  test.each([
    ["withdrawn", { status: "withdrawn", reason: "broken" } as const],
    ["deprecated", { status: "deprecated", reason: "old" } as const],
    ["made for another Ronin", { minRoninVersion: "9.0.0" }],
  ])("is not proposed when it is %s", async (_what, more) => {
    const world = createInstalled();
    world.index(row(NAME, "v1"), { ...newer, ...more });
    await world.watch.look();
    expect(world.payloads("kata.update_available")).toEqual([]);
  });

  test.each([
    [
      "another realm's",
      (world: ReturnType<typeof createInstalled>) => {
        world.registry.registerRealm({
          id: "other",
          name: "O",
          type: "custom",
          url: "https://o.test/",
          enabled: true,
        });
        world.registry.indexKatas("other", [newer]);
      },
    ],
    [
      "a disabled realm's",
      (world: ReturnType<typeof createInstalled>) => {
        world.index(row(NAME, "v1"), newer);
        world.registry.setRealmEnabled("central", false);
      },
    ],
    [
      "of a kata that was taken out of the host",
      (world: ReturnType<typeof createInstalled>) => {
        world.index(row(NAME, "v1"), newer);
        world.records.run("DELETE FROM kata_definitions");
      },
    ],
    [
      "of a kata that the host has with other bytes",
      (world: ReturnType<typeof createInstalled>) => {
        world.index(row(NAME, "v1"), newer);
        world.records.run("UPDATE kata_definitions SET source_code = 'kata x v1'");
      },
    ],
    [
      "of a kata whose newest version is installed",
      (world: ReturnType<typeof createInstalled>) => {
        world.index(row(NAME, "v1"), newer);
        world.install(NAME, "v2");
      },
    ],
  ])("is not proposed when it is %s", async (_what, arrange) => {
    const world = createInstalled();
    arrange(world);
    await world.watch.look();
    expect(world.payloads("kata.update_available")).toEqual([]);
  });
});

describe("a version that a person passed over", () => {
  /** v1 was approved while v2 stood beside it. */
  const chooseOlder = (receiptOf = NAME) => {
    const world = createLifeWorld();
    world.index(row(NAME, "v1"), newer, row("notify.user", "v1"), row("notify.user", "v2"));
    const offers = [newer, row(NAME, "v1")].map(({ version, sourceHash, compiledHash }) => ({
      version,
      sourceHash,
      compiledHash,
      planHash: "f".repeat(64),
    }));
    const { id } = world.registry.requestInstall(NAME, "v1", "central", { offers });
    world.registry.approveInstall(id, "mira");
    world.install(receiptOf, "v1", { requestId: id });
    return world;
  };

  test("is listed and not proposed, until a newer one comes", async () => {
    const world = chooseOlder();
    await world.watch.look();
    expect(world.emitted).toEqual([]);
    expect(world.registry.getPendingRequests()).toEqual([]);
    expect(findUpdates(world.registry)).toMatchObject([{ kata: { version: "v2" }, isTold: true }]);

    world.index(row(NAME, "v1"), newer, row(NAME, "v3"));
    await world.watch.look();
    expect(world.payloads("kata.update_available").map(({ kataVersion }) => kataVersion)).toEqual(["v3"]);
  });

  test("is one of the kata that was approved, not of one that came along with it", async () => {
    const world = chooseOlder("notify.user");
    await world.watch.look();
    expect(world.payloads("kata.update_available")).toMatchObject([
      { kataName: "notify.user", kataVersion: "v2" },
    ]);
  });
});

describe("a person's choice about updates", () => {
  const versionsAfter = async (
    change: Parameters<ReturnType<typeof createInstalled>["registry"]["chooseUpdates"]>[1],
  ) => {
    const world = createInstalled();
    world.index(row(NAME, "v1"), newer, row(NAME, "v3"));
    world.registry.chooseUpdates(NAME, change, "mira");
    await world.watch.look();
    return world.payloads("kata.update_available").map(({ kataVersion }) => kataVersion);
  };

  test("to skip a version leaves the others", async () => {
    expect(await versionsAfter({ skipped: ["v3"] })).toEqual(["v2"]);
  });

  test("to pin a kata leaves none, until it is taken back", async () => {
    expect(await versionsAfter({ isPinned: true })).toEqual([]);
    const world = createInstalled();
    world.index(row(NAME, "v1"), newer);
    world.registry.chooseUpdates(NAME, { isPinned: true }, "mira");
    world.registry.chooseUpdates(NAME, { isPinned: false }, "mira");
    await world.watch.look();
    expect(world.payloads("kata.update_available")).toHaveLength(1);
  });

  test("is read without a write once a version was seen: looking at a page must not need the file", () => {
    const world = createInstalled();
    world.index(row(NAME, "v1"), newer);
    const seen = findUpdates(world.registry);
    // In here a write of the registry's fails.
    world.records.run("BEGIN");
    expect(findUpdates(world.registry)).toEqual(seen);
    world.records.run("ROLLBACK");
  });

  test("of a cool-down counts from the day on which the version was first seen here", async () => {
    const world = createInstalled();
    world.registry.chooseUpdates(NAME, { minAgeDays: 7 }, "mira");
    world.index(row(NAME, "v1"), { ...newer, releaseDate: 1 });
    await world.watch.look();
    world.time.now += 7 * DAY_MS - 1;
    await world.watch.look();
    expect(world.emitted).toEqual([]);
    world.time.now += 1;
    await world.watch.look();
    expect(world.payloads("kata.update_available")).toHaveLength(1);
  });

  test("changes what is given and keeps the rest, in the records", () => {
    const world = createInstalled();
    expect(world.registry.getUpdateChoice(NAME)).toEqual({ isPinned: false, skipped: [], minAgeDays: 0 });
    world.registry.chooseUpdates(NAME, { skipped: ["v2"] }, "mira");
    world.registry.chooseUpdates(NAME, { minAgeDays: 3 }, "jo");
    const reopened = createLifeWorld({ records: world.records }).registry;
    expect(reopened.getUpdateChoice(NAME)).toEqual({
      isPinned: false,
      skipped: ["v2"],
      minAgeDays: 3,
      chosenBy: "jo",
    });
  });

  test.each([
    ["a version that is none", { skipped: ["2"] }],
    ["half a day", { minAgeDays: 0.5 }],
    ["days before it was seen", { minAgeDays: -1 }],
  ])("cannot be %s", (_what, change) => {
    const { registry } = createInstalled();
    expect(codeOf(() => registry.chooseUpdates(NAME, change, "mira"), RegistryError)).toBe("invalid_input");
  });
});

describe("the watch", () => {
  test("that was stopped does nothing more", async () => {
    const world = createInstalled();
    world.index(row(NAME, "v1"), newer);
    await world.watch.stop();
    await world.watch.look();
    expect(world.emitted).toEqual([]);
  });

  test("logs what the registry refuses, and looks again later", async () => {
    const world = createInstalled();
    world.index(row(NAME, "v1"), newer);
    const { getHostKatas } = world.registry;
    world.registry.getHostKatas = () => {
      throw new Error("disk I/O error");
    };
    await world.watch.look();
    expect(world.lines).toEqual([expect.stringMatching(/^error .*disk I\/O error/)]);
    world.registry.getHostKatas = getHostKatas;
    await world.watch.look();
    expect(world.payloads("kata.update_available")).toHaveLength(1);
  });
});
