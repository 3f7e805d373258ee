import type { AgentRegistry } from "./agent-registry.ts";
import type { HttpAPI } from "./contract/services.ts";

export interface SystemPageDeps {
  routes: HttpAPI;
  agents: AgentRegistry;
}

/** The host's own pages. They come before all routes, so an agent that registers one of these paths is never asked. */
export function systemPage(path: string, port: number, deps: SystemPageDeps): Response | undefined {
  if (path.startsWith("/fonts/")) return new Response("Not Found", { status: 404 });
  switch (path) {
    case "/api/status":
      return json({
        running: true,
        port,
        ...agentCounts(deps.agents),
        uptime: process.uptime(),
        pid: process.pid,
      });
    case "/health":
    case "/api/health":
      return json({ status: "ok", running: true });
    case "/api/routes":
      return json({ running: true, port, routes: routePaths(deps).map((route) => ({ path: route })) });
    case "/api/menubar-routes":
      return json({ effectiveRoutes: routePaths(deps).map((route) => ({ path: route, title: route })) });
    case "/":
    case "/routes":
    case "/status":
      return page(deps);
    default:
      return undefined;
  }
}

function agentCounts(registry: AgentRegistry): Record<string, unknown> {
  const agents = registry
    .list()
    .map(({ name, schedule, watch, webhook }) => ({ name, schedule, watch, webhook }));
  return {
    totalAgents: agents.length,
    scheduledAgents: agents.filter(({ schedule }) => schedule).length,
    watchedAgents: agents.filter(({ watch }) => watch?.length).length,
    webhookAgents: agents.filter(({ webhook }) => webhook).length,
    agents,
  };
}

function routePaths({ routes }: SystemPageDeps): string[] {
  return [...routes.getAllRoutes().keys()];
}

function page(deps: SystemPageDeps): Response {
  const items = [...deps.agents.list().map(({ name }) => name), ...routePaths(deps)];
  const list = items.map((item) => `<li>${Bun.escapeHTML(item)}</li>`).join("");
  const html = `<!doctype html><title>Ronin (embedded)</title><h1>Agents and routes</h1><ul>${list}</ul>`;
  return new Response(html, { headers: { "Content-Type": "text/html" } });
}

function json(body: unknown): Response {
  return new Response(JSON.stringify(body), { headers: { "Content-Type": "application/json" } });
}
