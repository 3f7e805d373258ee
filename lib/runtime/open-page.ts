import type { Desk } from "../desk/desk.ts";
import { messageOf, RealmsError } from "../errors.ts";
import { isLoopbackHost } from "../model/realm.ts";
import type { PageParts } from "./page-parts.ts";
import { PAGE_PATH } from "./page-route.ts";
import { readOrCreatePageToken } from "./page-token.ts";
import { pageTokenPath } from "./paths.ts";
import type { Settings } from "./settings.ts";

type OpenPageDeps = Pick<PageParts, "approvals" | "roninVersion" | "clock" | "log"> & {
  desk: Desk;
  settings: Pick<Settings, "pageHosts">;
};

/** @throws HostError `page_token_unusable` */
export function openPage({ desk, settings, ...rest }: OpenPageDeps): PageParts {
  return {
    ...rest,
    desk,
    token: readOrCreatePageToken(pageTokenPath()),
    isHostAllowed: (hostname) => isLoopbackHost(hostname) || settings.pageHosts.includes(hostname),
    toProblem: (error) =>
      error instanceof RealmsError ? { code: error.code, message: messageOf(error) } : undefined,
  };
}

/** The link that opens the page, for whoever looks at the terminal. It is written there and nowhere else. */
export function sayPageLink({ token, log }: PageParts, port: number): void {
  log.info(`decide at ${toPageLink(token, port)}`);
}

export function toPageLink(token: string, port: number): string {
  return `http://127.0.0.1:${port}${PAGE_PATH}?token=${token}`;
}
