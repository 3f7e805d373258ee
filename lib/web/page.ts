import { getCookie } from "hono/cookie";
import { Hono } from "hono/tiny";
import type { Page, PageParts } from "../runtime/page-parts.ts";
import { createActions } from "./actions.ts";
import { createApi } from "./api.ts";
import { loadAssets } from "./assets/assets.ts";
import { SESSION_COOKIE, verifyHost, verifySession } from "./guard.ts";
import { toStrictHeaders } from "./headers.ts";
import { createLogin } from "./login.ts";
import { createPages } from "./pages.ts";
import { answerNotice, answerProblem } from "./problems.ts";
import { Refusal } from "./refusal.ts";
import { createStreams } from "./streams.ts";
import type { Assets } from "./view-models.ts";

/**
 * Where a person decides. Nothing is answered under a host name that is not this machine's, nothing is shown
 * without the cookie that the token was exchanged for, and nothing is changed but by this page's own script, once.
 */
export function createPage(parts: PageParts): Page {
  const streams = createStreams(parts);
  const app = loadAssets().then((assets) => ({ assets, app: createApp(parts, assets, streams) }));
  return {
    async answer(request) {
      const { app: routes, assets } = await app;
      return withHeaders(await routes.fetch(request), assets);
    },
    close: () => streams.close(),
  };
}

/** The database could not be opened: so much may be said to anybody. */
export async function answerUnavailable(request: Request): Promise<Response> {
  const assets = await loadAssets();
  const message = "Ronin's database cannot be opened now.";
  const problem = { code: "registry_busy", message };
  return withHeaders(await answerNotice(request, { status: 503, notice: "locked", problem }, assets), assets);
}

function createApp(parts: PageParts, assets: Assets, streams: ReturnType<typeof createStreams>): Hono {
  const login = createLogin(parts);
  const app = new Hono({ strict: false }).basePath("/dojo");
  app.use(async (context, next) => {
    verifyHost(context.req.raw, parts);
    const token = context.req.query("token");
    if (token === undefined || context.req.method !== "GET") return await next();
    // The token must not stay in the address, from where it would be copied.
    return new Response(null, {
      status: 303,
      headers: { location: "/dojo", "set-cookie": await login.open(token) },
    });
  });
  app.use(async (context, next) => {
    verifySession(getCookie(context, SESSION_COOKIE), parts);
    await next();
  });
  app.route("/api", createApi({ desk: parts.desk, actions: createActions(parts.clock), streams }));
  app.route("/", createPages(parts, assets));
  app.notFound((context) =>
    answerProblem(new Refusal("not_found", "There is no such page."), context.req.raw, parts, assets),
  );
  app.onError((error, context) => answerProblem(error, context.req.raw, parts, assets));
  return app;
}

function withHeaders(response: Response, assets: Assets): Response {
  for (const [name, value] of Object.entries(toStrictHeaders(assets))) response.headers.set(name, value);
  return response;
}
