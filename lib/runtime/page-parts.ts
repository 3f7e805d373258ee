import type { Clock } from "../clock.ts";
import type { Desk } from "../desk/desk.ts";
import type { Problem } from "../desk/shown.ts";
import type { Log } from "../log.ts";

/** What the page is made of. The page itself is loaded when somebody asks for it. */
export interface PageParts {
  desk: Desk;
  /** Opens the page; 64 hex digits. */
  token: string;
  /** Whether the page answers under this host name, without port: others may be rebound to this machine. */
  isHostAllowed: (hostname: string) => boolean;
  /** A RealmsError as a person may see it; undefined for what was not expected. */
  toProblem: (error: unknown) => Problem | undefined;
  approvals: "confirmed" | "event";
  roninVersion: string;
  clock: Clock;
  log: Log;
}

export interface Page {
  /** Never rejects: the host would send the error's text to whoever asked. */
  answer(request: Request): Promise<Response>;
  /** Ends every stream. */
  close(): void;
}

export interface PageModule {
  createPage(parts: PageParts): Page;
  /** For when there are no parts, because the database is locked or not to be found. */
  answerUnavailable(request: Request): Promise<Response>;
}
