import { afterEach, describe, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { malformedPayloads } from "../events/malformed.ts";
import { incoming, samples } from "../events/samples.ts";
import { type PackWorld, startPackWorld } from "../support/pack-world.ts";
import { until } from "../sync/fixtures.ts";

const NEED = "I need to track all recurring subscriptions";
const TEN_MEGABYTES = 10 * 1024 * 1024;
let world: PackWorld;
afterEach(() => world.stop());

const pending = async () =>
  (await world.host.api.plugins.call("realms", "pendingRequests")) as Array<{ kataName: string }>;
const linesWith = (text: string) => world.lines.filter((line) => line.includes(text));
const longest = (lines: readonly string[]) => Math.max(...lines.map((line) => line.length));

describe("malformed payloads", () => {
  test("of every event that the pack listens to are dropped with a line each, and change nothing", async () => {
    world = await startPackWorld();
    const payloads = incoming.flatMap((event) =>
      malformedPayloads(event).map(([, payload]) => ({ event, payload })),
    );
    for (const { event, payload } of payloads) world.host.api.events.emit(event, payload, "test");
    await until(() => linesWith("ignored a malformed").length >= payloads.length);

    expect(await pending()).toEqual([]);
    expect(world.realm.requests).toEqual([]);
    expect(world.lines).toHaveLength(payloads.length);
    expect(longest(world.lines)).toBeLessThan(300);

    world.emit("capability.missing", { intent: NEED });
    await world.seen("kata.install_proposed");
    expect((await pending()).map(({ kataName }) => kataName)).toEqual(["finance.subscriptions"]);
  });

  test("with extra fields and 10 MB beside the ones that count are heard without them", async () => {
    world = await startPackWorld();
    const extra = { ballast: "x".repeat(TEN_MEGABYTES), status: "approved", id: "mine", kind: "create" };
    world.emit("capability.missing", { intent: NEED, context: extra, ...extra });
    const { proposalId } = await world.seen("kata.install_proposed");
    world.emit("kata.user_approved", { proposalId, approvedBy: "mira", fromRealm: "evil", ...extra });
    expect(await world.seen("kata.installed")).toMatchObject({ proposalId, fromRealm: "examples" });

    expect(statSync(world.databasePath).size).toBeLessThan(TEN_MEGABYTES / 10);
    expect(longest(world.lines)).toBeLessThan(300);
  });
});

describe("a payload that is changed after it was emitted", () => {
  test("is heard as it was, whether the pack is loaded yet or not", async () => {
    world = await startPackWorld();
    const change = (payload: Record<string, unknown>, later: Record<string, unknown>, event: string) => {
      world.host.api.events.emit(event, payload, "test");
      Object.assign(payload, later);
    };
    change({ intent: NEED }, { intent: "ping the server" }, "capability.missing");
    const { proposalId, kataName } = await world.seen("kata.install_proposed");
    expect(kataName).toBe("finance.subscriptions");

    change(
      { proposalId, approvedBy: "mira", kataVersion: "v1" },
      { approvedBy: "noor", kataVersion: "v2" },
      "kata.user_approved",
    );
    expect(await world.seen("kata.installed")).toMatchObject({ kataVersion: "v1" });
    expect(await world.host.api.plugins.call("realms", "receipts", kataName)).toMatchObject([
      { installedBy: "mira" },
    ]);
  });
});

describe("an emitter that names no source", () => {
  test("is refused by the host, and the pack hears nothing", async () => {
    world = await startPackWorld();
    for (const source of [undefined, null, "", 7]) {
      for (const event of incoming) {
        expect(() => world.host.api.events.emit(event, samples[event], source as never)).toThrow("source");
      }
    }
    expect(await pending()).toEqual([]);
    expect(world.events).toEqual([]);
    expect(world.lines).toEqual([]);
  });

  test("on the host's port is heard like any other", async () => {
    world = await startPackWorld({ http: true });
    const body = JSON.stringify({ event: "capability.missing", data: { intent: NEED } });
    await fetch(`${world.host.url}/api/events/emit`, { method: "POST", body });
    expect(await world.seen("kata.install_proposed")).toMatchObject({ kataName: "finance.subscriptions" });
  });
});

describe("hot reload", () => {
  const handlers = () =>
    world.host.api.events.getRegisteredEvents().filter(({ event }) => Object.keys(samples).includes(event));

  test("leaves one handler for each event, and one line for one bad payload", async () => {
    world = await startPackWorld();
    const before = handlers();
    for (let times = 0; times < 5; times++) {
      await world.host.reload(resolve(import.meta.dir, "../../agents/dojo-agent.ts"));
    }
    expect(handlers()).toEqual(before);
    for (const event of incoming) world.emit(event, null);
    await until(() => linesWith("ignored a malformed").length >= incoming.length);
    expect(await pending()).toEqual([]);
    expect(linesWith("ignored a malformed")).toHaveLength(incoming.length);
  });
});

describe("a thousand different needs in one turn", () => {
  test("are answered from the first on, with one line for all that are dropped", async () => {
    world = await startPackWorld();
    for (let at = 0; at < 1000; at++) world.emit("capability.missing", { intent: `unicorn number ${at}` });
    await world.seen("kata.creation_proposed");
    expect((await pending()).length).toBeGreaterThan(0);
    expect(linesWith("dropped")).toHaveLength(1);
    expect(world.lines.length).toBeLessThan(10);
  });
});
