import { Database } from "bun:sqlite";
import { afterEach, describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { MAX_STREAMS } from "../../lib/web/streams.ts";
import type { LiveMessage, ProposalView } from "../../lib/web/view-models.ts";
import { runtimeOfProcess } from "../support/pack-world.ts";
import { until } from "../sync/fixtures.ts";
import { eventually, NEED, type PageWorld, problemOf, startPageWorld } from "./page-world.ts";

let world: PageWorld;
afterEach(() => world.stop());

/** Reads a stream until it ends; `messages` grows as they come. */
async function listen(): Promise<{ messages: LiveMessage[]; stop(): void; ended: Promise<void> }> {
  const aborting = new AbortController();
  const response = await world.ask("/dojo/api/live", { signal: aborting.signal });
  expect(response.headers.get("content-type")).toStartWith("text/event-stream");
  const messages: LiveMessage[] = [];
  const read = async (): Promise<void> => {
    let text = "";
    for await (const chunk of response.body ?? []) {
      text += new TextDecoder().decode(chunk);
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) {
        if (event.startsWith("data: ")) messages.push(JSON.parse(event.slice(6)));
      }
    }
  };
  return { messages, stop: () => aborting.abort(), ended: read().catch(() => undefined) };
}

describe("the stream", () => {
  test("says hello, then tells of a proposal, its decision and its install", async () => {
    world = await startPageWorld();
    const live = await listen();
    await until(() => live.messages.length > 0);
    expect(live.messages).toEqual([{ kind: "hello", pending: 0 }]);
    const id = await world.propose();
    await until(() =>
      live.messages.some((one) => one.kind === "proposal" && one.id === id && one.pending === 1),
    );
    const view = await world.json<ProposalView>(`/dojo/api/proposals/${id}`);
    const planHash = view.versions.find(({ version }) => version === "v1")?.hashes?.plan;
    live.messages.length = 0;
    await world.post(`/dojo/api/proposals/${id}/approve`, { version: "v1", planHash });
    await world.seen("kata.installed");
    await until(() => live.messages.some((one) => one.kind === "proposal" && one.pending === 0));
    live.stop();
  });

  test("tells that a decision was refused", async () => {
    world = await startPageWorld();
    const live = await listen();
    const id = await world.propose();
    world.emit("kata.user_approved", { proposalId: id, approvedBy: "nobody" });
    await until(() => live.messages.some(({ kind }) => kind === "unconfirmed"));
    expect(live.messages).toContainEqual({ kind: "unconfirmed", id, code: "proof_missing" });
    live.stop();
  });

  test("passes on nothing of what anybody can put on the bus", async () => {
    world = await startPageWorld();
    const live = await listen();
    for (const proposalId of ["<script>", null, "x".repeat(5000)]) {
      world.emit("kata.install_proposed", { proposalId });
      world.emit("kata.approval_unconfirmed", { proposalId, code: "<b>" });
      world.emit("realm.synced", { realmId: proposalId });
    }
    await Bun.sleep(100);
    expect(live.messages).toEqual([{ kind: "hello", pending: 0 }]);
    live.stop();
  });

  test("is one message for a flood of events", async () => {
    world = await startPageWorld();
    const live = await listen();
    for (let count = 0; count < 1000; count += 1) {
      world.emit("kata.installed", { proposalId: crypto.randomUUID() });
    }
    await until(() => live.messages.length > 1);
    expect(live.messages.slice(1)).toEqual([{ kind: "hello", pending: 0 }]);
    live.stop();
  });

  test("is open for so many pages at once, and free again when one of them leaves", async () => {
    world = await startPageWorld();
    const streams = await Promise.all(Array.from({ length: MAX_STREAMS }, listen));
    expect(await problemOf(await world.ask("/dojo/api/live"))).toEqual({
      status: 503,
      code: "too_many_streams",
    });
    streams[0]?.stop();
    await eventually(async () => {
      const aborting = new AbortController();
      const { status } = await world.ask("/dojo/api/live", { signal: aborting.signal });
      aborting.abort();
      return status === 200;
    });
    for (const { stop } of streams) stop();
  });

  test("survives a hot reload of the agent, which leaves no second listener", async () => {
    world = await startPageWorld();
    const handlers = () => {
      const events = world.host.api.events.getRegisteredEvents();
      return events.find(({ event }) => event === "kata.installed")?.handlerCount;
    };
    const before = handlers();
    await world.host.reload(resolve(import.meta.dir, "../../agents/dojo-agent.ts"));
    const live = await listen();
    expect(handlers()).toBe(before);
    world.emit("kata.installed", { proposalId: crypto.randomUUID() });
    await until(() => live.messages.length > 1);
    expect(live.messages.filter(({ kind }) => kind === "proposal")).toHaveLength(1);
    live.stop();
  });

  test("ends when the pack is retired, and the page says that it is gone", async () => {
    world = await startPageWorld();
    const live = await listen();
    await runtimeOfProcess()?.retire();
    await live.ended;
    expect((await world.ask("/dojo")).status).toBe(503);
  });
});

describe("a locked database", () => {
  test("is a readable page and a code, and the page is back with the database", async () => {
    // Without a tool to notify with: the host keeps each tool's result, and stands still while it cannot.
    world = await startPageWorld({ skills: [] });
    await world.propose();
    const other = new Database(world.databasePath);
    other.run("BEGIN EXCLUSIVE");
    const [page, api] = await Promise.all([world.ask("/dojo"), world.ask("/dojo/api/proposals")]);
    expect(page.status).toBe(503);
    expect(await page.text()).toContain("database");
    expect(await problemOf(api)).toEqual({ status: 503, code: "registry_busy" });
    other.run("ROLLBACK");
    other.close();
    expect((await world.ask("/dojo")).status).toBe(200);
  });
});

describe("a host that was restarted", () => {
  test("knows the browser that was signed in, and goes on with what it finds", async () => {
    world = await startPageWorld();
    const id = await world.propose();
    const spent = await world.draw();
    await runtimeOfProcess()?.retire();
    Reflect.deleteProperty(globalThis, Symbol.for("ronin-realms.runtime"));
    await world.host.reload(resolve(import.meta.dir, "../../agents/dojo-agent.ts"));

    const view = await world.json<ProposalView>(`/dojo/api/proposals/${id}`);
    const planHash = view.versions.find(({ version }) => version === "v1")?.hashes?.plan;
    const approval = { version: "v1", planHash };
    const path = `/dojo/api/proposals/${id}/approve`;
    const stale = await world.post(path, approval, { "x-action": spent });
    expect(await problemOf(stale)).toEqual({ status: 409, code: "action_spent" });
    expect((await world.post(path, approval)).status).toBe(202);
    expect(await world.seen("kata.installed")).toMatchObject({ proposalId: id });
  });
});

describe("the notification of a proposal", () => {
  test("is sent once, and holds names and words of ours only", async () => {
    const sent: unknown[] = [];
    world = await startPageWorld({
      skills: [],
      tools: [
        {
          name: "local.notify",
          handler: async (args) => {
            sent.push(args);
            return { success: true, data: null };
          },
        },
      ],
    });
    await world.sync();
    // The host puts the text into a shell command.
    const hostile = `${NEED} "; rm -rf ~ $(id) \`id\``;
    world.emit("capability.missing", { intent: hostile });
    const { proposalId } = await world.seen("kata.install_proposed");
    await until(() => sent.length > 0);
    world.emit("kata.install_proposed", { proposalId });
    world.emit("kata.install_proposed", { proposalId: "$(id)" });
    await Bun.sleep(50);
    expect(sent).toEqual([
      {
        title: "Ronin Dojo",
        message: expect.stringMatching(/^examples:[a-z.]+@v\d waits for your decision on the Dojo page$/),
        sound: false,
      },
    ]);
  });
});
