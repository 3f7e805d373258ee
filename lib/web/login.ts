import { setTimeout as sleep } from "node:timers/promises";
import type { PageParts } from "../runtime/page-parts.ts";
import { createSession, isSameToken, SESSION_TTL_MS } from "../trust/page-session.ts";
import { SESSION_COOKIE } from "./guard.ts";
import { Refusal } from "./refusal.ts";

/** Wrong links wait this long for their answer, and few of them may wait at once. A right one never waits. */
const WRONG_PAUSE_MS = 500;
const MAX_WAITING = 4;

export interface Login {
  /**
   * The cookie for the right token: no script can read it, no other site can send it, nothing but the page gets it.
   *
   * @throws Refusal `wrong_token`, `too_many_tries`
   */
  open(token: string): Promise<string>;
}

export function createLogin(
  parts: Pick<PageParts, "token" | "clock">,
  { pauseMs = WRONG_PAUSE_MS }: { pauseMs?: number } = {},
): Login {
  let waiting = 0;
  return {
    async open(token) {
      if (isSameToken(token, parts.token)) return toCookie(createSession(parts.token, parts.clock.now()));
      if (waiting >= MAX_WAITING) throw new Refusal("too_many_tries", "Too many wrong links at once.");
      waiting += 1;
      try {
        await sleep(pauseMs);
      } finally {
        waiting -= 1;
      }
      throw new Refusal("wrong_token", "The token in this link is not this Ronin's.");
    },
  };
}

function toCookie(session: string): string {
  const maxAge = Math.floor(SESSION_TTL_MS / 1000);
  return `${SESSION_COOKIE}=${session}; Path=/dojo; Max-Age=${maxAge}; HttpOnly; SameSite=Strict`;
}
