import { messageOf } from "../errors.ts";
import type { HostHttp } from "../host.ts";
import type { Log } from "../log.ts";
import type { Page, PageModule, PageParts } from "./page-parts.ts";

export const PAGE_PATH = "/dojo";

interface PageRouteDeps {
  log: Log;
  load: () => Promise<PageModule>;
  /** Rejects while the services cannot be opened. */
  parts: () => Promise<PageParts>;
}

/**
 * Serves the page below {@link PAGE_PATH}. The host takes no route back, so one that was closed stays and says
 * that it is gone; a new one replaces it.
 */
export function servePage(http: HostHttp, deps: PageRouteDeps): { close(): void } {
  let made: { parts: PageParts; page: Page } | undefined;
  let isClosed = false;
  const findPage = async (module: PageModule): Promise<Page | undefined> => {
    try {
      const parts = await deps.parts();
      if (made?.parts !== parts) made = { parts, page: module.createPage(parts) };
      return made.page;
    } catch (error) {
      deps.log.warn(`the page cannot be shown: ${messageOf(error)}`);
      return undefined;
    }
  };
  const handler = async (request: Request): Promise<Response> => {
    if (isClosed) return new Response("Ronin is restarting its agents.", { status: 503 });
    const module = await deps.load();
    const page = await findPage(module);
    return page === undefined ? module.answerUnavailable(request) : page.answer(request);
  };
  const metadata = { title: "Dojo", description: "Decide which katas may be installed" };
  // The first is what menus show; the second serves all below it.
  http.registerRoute(PAGE_PATH, handler, metadata);
  http.registerRoute(`${PAGE_PATH}/`, handler);
  return {
    close() {
      isClosed = true;
      made?.page.close();
    },
  };
}
