import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { BootedHost } from "./host.ts";
import { Workspace } from "./workspace.ts";

let workspace: Workspace;
let host: BootedHost;

beforeAll(async () => {
  workspace = new Workspace();
  workspace.write(
    "project/agents/hooked.ts",
    `export default class {
       static webhook = "/hook";
       async execute() {}
       async onWebhook({ method, payload }) { return { method, payload }; }
     }`,
  );
  host = await workspace.boot();
  const text = (body: string) => () => new Response(body);
  host.api.http?.registerRoutes({
    "/realms": text("exact"),
    "/realms/": text("below"),
    "/realms/api/": text("further below"),
    "/only/": text("only below"),
    "/a%20b": text("encoded"),
    "/api/status": text("mine now"),
    "/fails": () => Promise.reject(new TypeError("with a secret")),
  });
});

afterAll(() => workspace[Symbol.asyncDispose]());

const get = async (path: string, init?: RequestInit): Promise<[number, string]> => {
  const response = await fetch(host.url + path, init);
  return [response.status, await response.text()];
};

describe("a path", () => {
  test.each([
    ["/realms", "exact"],
    ["/realms?query=ignored", "exact"],
    ["/realms/", "below"],
    ["/realms/x/y", "below"],
    ["/realms/api/x", "further below"],
    ["/realms/apix", "below"],
    ["/only", "only below"],
    ["/a%20b", "encoded"],
    ["/contract/", "here"],
  ])("%s is served by %p", async (path, body) => {
    expect(await get(path)).toEqual([200, body]);
  });

  test.each(["/Realms", "/contract/x", "/nothing"])("%s is not found", async (path) => {
    expect(await get(path)).toEqual([404, "Not Found"]);
  });

  test("of the host cannot be taken over", async () => {
    const [status, body] = await get("/api/status");
    expect([status, JSON.parse(body).running]).toEqual([200, true]);
    expect(JSON.parse(body)).toMatchObject({ totalAgents: 2, scheduledAgents: 0, webhookAgents: 1 });
    expect(await get("/api/health")).toEqual([200, '{"status":"ok","running":true}']);
  });

  test("is served whatever the method", async () => {
    expect(await get("/realms", { method: "DELETE" })).toEqual([200, "exact"]);
  });

  test("registered again is served by the last handler", async () => {
    host.api.http?.registerRoute("/twice", () => new Response("old"));
    host.api.http?.registerRoute("/twice", () => new Response("new"));
    expect(await get("/twice")).toEqual([200, "new"]);
  });

  test("whose handler fails gives its message away", async () => {
    const [status, body] = await get("/fails");
    expect([status, JSON.parse(body)]).toEqual([
      500,
      { error: "Internal server error", message: "TypeError: with a secret" },
    ]);
  });

  test("of a webhook reaches its agent, below it as well", async () => {
    const json = { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"a":1}' };
    expect(JSON.parse((await get("/hook", json))[1])).toEqual({ method: "POST", payload: { a: 1 } });
    expect(JSON.parse((await get("/hook/x"))[1])).toEqual({ method: "GET", payload: null });
    expect((await get("/hooks"))[0]).toBe(404);
  });
});

describe("POST /api/events/emit", () => {
  const path = "/api/events/emit";

  /** Posts a body and returns what came back and what the bus showed. */
  async function post(body: string, headers: Record<string, string> = {}) {
    const seen: unknown[] = [];
    const capture = (event: unknown) => {
      const { type, source, payload } = event as { type: string; source: string; payload: unknown };
      seen.push([type, source, payload]);
    };
    host.api.events.on("target:event-monitor:capture", capture);
    const [status, answer] = await get(path, { method: "POST", body, headers });
    host.api.events.off("target:event-monitor:capture", capture);
    return { status, answer: JSON.parse(answer) as unknown, seen };
  }

  test("emits for anybody, from any page, as any source", async () => {
    const headers = { Origin: "https://evil.example", "Content-Type": "text/plain" };
    const body = '{"event":"kata.user_approved","data":{"proposalId":"p"},"source":"dojo"}';
    expect(await post(body, headers)).toEqual({
      status: 200,
      answer: { success: true, event: "kata.user_approved", data: { proposalId: "p" } },
      seen: [["kata.user_approved", "dojo", { proposalId: "p" }]],
    });
  });

  test.each([
    ['{"event":"e"}', {}],
    ['{"event":"e","data":null}', {}],
    ['{"event":"e","data":0}', 0],
    ['{"event":"e","data":[1]}', [1]],
    ['{"event":"e","source":5}', {}],
    ['{"event":"e","source":""}', {}],
  ])("%s is from http with the data %p", async (body, data) => {
    expect((await post(body)).seen).toEqual([["e", "http", data]]);
  });

  test.each([
    ["{}", "Event name required"],
    ['{"event":""}', "Event name required"],
    ["[]", "Event name required"],
    ["nope", "Invalid JSON"],
    ["null", "Invalid JSON"],
  ])("%s is refused: %s", async (body, error) => {
    expect(await post(body)).toEqual({ status: 400, answer: { error }, seen: [] });
  });

  test("is not found for other methods and spellings", async () => {
    expect((await get(path))[0]).toBe(404);
    expect((await get(path, { method: "PUT", body: '{"event":"e"}' }))[0]).toBe(404);
    expect((await get(`${path}/`, { method: "POST", body: '{"event":"e"}' }))[0]).toBe(404);
  });
});
