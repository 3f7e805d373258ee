import { Hono } from "hono/tiny";
import manifest from "../../package.json" with { type: "json" };
import type { PageParts } from "../runtime/page-parts.ts";
import { toHistoryFilter, toSearchQuery } from "./queries.ts";
import type { Assets, Shell } from "./view-models.ts";
import { views } from "./views/views.ts";

type PagesDeps = Pick<PageParts, "desk" | "approvals" | "roninVersion" | "clock">;

/** The pages below `/dojo` as documents, or with `part=1` their main element alone. */
export function createPages({ desk, approvals, roninVersion, clock }: PagesDeps, assets: Assets): Hono {
  const pages = new Hono();
  const shell = async (section: Shell["section"], url: string): Promise<Shell> => ({
    section,
    roninVersion,
    packVersion: manifest.version,
    pending: await desk.countPending(),
    now: clock.now(),
    approvals,
    isPart: new URL(url).searchParams.get("part") === "1",
    assets,
  });
  pages.get("/", async ({ req, html }) => {
    const view = await desk.proposals();
    return html(views.proposals(await shell("proposals", req.url), view));
  });
  pages.get("/proposals/:id", async ({ req, html }) => {
    const view = await desk.proposal(req.param("id"), req.query("version"));
    return html(views.proposal(await shell("proposals", req.url), view));
  });
  pages.get("/browse", async ({ req, html }) => {
    const view = await desk.search(toSearchQuery(new URL(req.url).searchParams));
    return html(views.browse(await shell("browse", req.url), view));
  });
  pages.get("/katas/:realm/:name", async ({ req, html }) => {
    const view = await desk.kata(req.param(), req.query("version"));
    return html(views.kata(await shell("browse", req.url), view));
  });
  pages.get("/installed", async ({ req, html }) => {
    const view = await desk.installed();
    return html(views.installed(await shell("installed", req.url), view));
  });
  pages.get("/installed/:name/:version", async ({ req, html }) => {
    const view = await desk.installedKata(req.param());
    return html(views.installedKata(await shell("installed", req.url), view));
  });
  pages.get("/realms", async ({ req, html }) => {
    const view = await desk.realms();
    return html(views.realms(await shell("realms", req.url), view));
  });
  pages.get("/history", async ({ req, html }) => {
    const view = await desk.history(toHistoryFilter(new URL(req.url).searchParams));
    return html(views.history(await shell("history", req.url), view));
  });
  return pages;
}
