import type { AgentRegistry } from "./agent-registry.ts";
import type { WebhookRequest } from "./contract/agent.ts";
import type { EventsAPI } from "./contract/events.ts";
import type { HttpAPI } from "./contract/services.ts";
import { matchRoute } from "./http.ts";
import { emitFromRequest } from "./http-emit.ts";
import { systemPage } from "./http-system.ts";
import { type Log, messageOf } from "./log.ts";

export interface HttpServerDeps {
  routes: HttpAPI;
  agents: AgentRegistry;
  events: EventsAPI;
  log: Log;
}

export interface RunningServer {
  port: number;
  url: string;
  stop(): Promise<void>;
}

export interface ListenOptions {
  hostname?: string;
  port?: number;
}

/** Serves system paths, then routes, then webhooks. Port 0 takes a free one. Throws when the port is taken. */
export function serveHttp(
  deps: HttpServerDeps,
  { hostname = "127.0.0.1", port = 0 }: ListenOptions,
): RunningServer {
  const server = Bun.serve({
    hostname,
    port,
    idleTimeout: 60,
    fetch: (request, self) => answer(request, self.port ?? port, deps),
  });
  const bound = server.port ?? port;
  return { port: bound, url: `http://${hostname}:${bound}`, stop: () => server.stop(true) };
}

async function answer(request: Request, port: number, deps: HttpServerDeps): Promise<Response> {
  const path = new URL(request.url).pathname;
  // Any other method at this path is not found, and no agent can take the path over.
  if (path === "/api/events/emit") {
    return request.method === "POST" ? emitFromRequest(request, deps.events) : notFound();
  }
  const page = systemPage(path, port, deps);
  if (page) return page;
  const handler = matchRoute(deps.routes, path);
  if (!handler) return answerWebhook(request, path, deps);
  try {
    return await handler(request);
  } catch (error) {
    deps.log("error", "an HTTP route handler failed", {
      method: request.method,
      path,
      error: messageOf(error),
    });
    const body = { error: "Internal server error", message: String(error) };
    return Response.json(body, { status: 500 });
  }
}

async function answerWebhook(
  request: Request,
  path: string,
  { agents, log }: HttpServerDeps,
): Promise<Response> {
  const agent = agents.list().find(({ webhook }) => webhook === path || path.startsWith(`${webhook}/`));
  if (!agent) return notFound();
  try {
    if (typeof agent.instance.onWebhook !== "function") return Response.json({ success: true });
    const result = await agent.instance.onWebhook(await toWebhookRequest(request));
    return new Response(JSON.stringify(result), { headers: { "Content-Type": "application/json" } });
  } catch (error) {
    log("error", "a webhook failed", { agent: agent.name, error: messageOf(error) });
    return Response.json({ error: String(error) }, { status: 500 });
  }
}

async function toWebhookRequest(request: Request): Promise<WebhookRequest> {
  const text = await request.text();
  const isJson = request.headers.get("content-type")?.includes("application/json");
  const payload: unknown = text === "" ? null : isJson ? JSON.parse(text) : text;
  const headers = Object.fromEntries(request.headers);
  return { url: request.url, method: request.method, headers, payload };
}

function notFound(): Response {
  return new Response("Not Found", { status: 404 });
}
