import { Hono } from "hono/tiny";
import { MAX_LOCK_BYTES } from "../model/lock-limits.ts";
import type { PageParts } from "../runtime/page-parts.ts";
import type { Actions } from "./actions.ts";
import { readChange, verifySameOriginFetch } from "./guard.ts";
import { toHistoryFilter, toSearchQuery } from "./queries.ts";
import { Refusal } from "./refusal.ts";
import type { Streams } from "./streams.ts";

export interface ApiDeps extends Pick<PageParts, "desk"> {
  actions: Actions;
  streams: Streams;
}

const updateWishes = ["pin", "unpin", "skip", "unskip", "wait"] as const;
const realmChanges = ["enable", "disable", "reset", "remove"] as const;

/** The JSON routes below `/dojo/api`, for a request that the guard let in; see view-models.ts for each. */
export function createApi({ desk, actions, streams }: ApiDeps): Hono {
  const api = new Hono();
  api.use(async (context, next) => {
    verifySameOriginFetch(context.req.raw);
    await next();
  });
  const change = (request: Request, maxBytes?: number): Promise<unknown> =>
    readChange(request, actions, maxBytes);

  api.get("/proposals", async (context) => context.json(await desk.proposals()));
  api.get("/proposals/:id", async (context) =>
    context.json(await desk.proposal(context.req.param("id"), context.req.query("version"))),
  );
  api.get("/search", async (context) =>
    context.json(await desk.search(toSearchQuery(paramsOf(context.req.url)))),
  );
  api.get("/katas/:realm/:name", async (context) =>
    context.json(await desk.kata(context.req.param(), context.req.query("version"))),
  );
  api.get("/installed", async (context) => context.json(await desk.installed()));
  api.get("/installed/:name/:version", async (context) =>
    context.json(await desk.installedKata(context.req.param())),
  );
  api.get("/installed/:name/:version/contract", async (context) => {
    const { kata, contract } = await desk.installedKata(context.req.param());
    if (contract === null) throw new Refusal("not_found", "There is no contract to offer for it.");
    context.header("content-disposition", `attachment; filename="daily.${kata.name}.contract"`);
    return context.body(contract, 200, { "content-type": "text/plain; charset=utf-8" });
  });
  api.get("/realms", async (context) => context.json(await desk.realms()));
  api.get("/lock", async (context) => context.json(await desk.lock()));
  api.get("/history", async (context) => {
    const params = paramsOf(context.req.url);
    const history = await desk.history(toHistoryFilter(params));
    if (params.get("download") !== "1") return context.json(history);
    context.header("content-disposition", 'attachment; filename="ronin-realms-history.json"');
    return context.body(`${JSON.stringify(history, null, 2)}\n`, 200, { "content-type": "application/json" });
  });
  api.get("/history/:id", async (context) => context.json(await desk.entry(context.req.param("id"))));
  api.get("/receipts", async (context) => context.json(await desk.receipts()));
  api.get("/status", async (context) => context.json(await desk.status()));
  api.get("/action", (context) => context.json({ token: actions.draw() }));
  api.get("/live", (context) => streams.open(context.req.raw));

  api.post("/proposals/:id/approve", async (context) => {
    await desk.approve(context.req.param("id"), await change(context.req.raw));
    return context.json({}, 202);
  });
  api.post("/proposals/:id/reject", async (context) => {
    await desk.reject(context.req.param("id"), await change(context.req.raw));
    return context.json({}, 202);
  });
  api.post("/katas/:realm/:name/install", async (context) =>
    context.json(await desk.requestInstall(context.req.param(), await change(context.req.raw)), 201),
  );
  // It changes nothing, and is too large for an address.
  api.post("/lock", async (context) =>
    context.json(await desk.compareLock(await change(context.req.raw, MAX_LOCK_BYTES))),
  );
  api.post("/installed/:name/:version/uninstall", async (context) => {
    await change(context.req.raw);
    await desk.uninstall(context.req.param());
    return context.json({});
  });
  for (const wish of updateWishes) {
    api.post(`/installed/:name/updates/${wish}`, async (context) => {
      await desk.wish({ name: context.req.param("name"), wish }, await change(context.req.raw));
      return context.json({});
    });
  }
  api.post("/restore", async (context) => {
    await change(context.req.raw);
    await desk.restore();
    return context.json({});
  });
  api.post("/realms/preview", async (context) =>
    context.json(await desk.previewRealm(await change(context.req.raw))),
  );
  api.post("/realms", async (context) =>
    context.json(await desk.addRealm(await change(context.req.raw)), 201),
  );
  api.post("/realms/:id/sync", async (context) => {
    await change(context.req.raw);
    await desk.syncRealm(context.req.param("id"));
    return context.json({}, 202);
  });
  for (const name of realmChanges) {
    api.post(`/realms/:id/${name}`, async (context) => {
      await change(context.req.raw);
      await desk.changeRealm(context.req.param("id"), name);
      return context.json({});
    });
  }
  return api;
}

function paramsOf(url: string): URLSearchParams {
  return new URL(url).searchParams;
}
