import type { Clock } from "../clock.ts";
import { createActionToken } from "../trust/page-session.ts";

/** Tokens of which each allows one change: whatever is sent a second time changes nothing. */
export interface Actions {
  draw(): string;
  /** Whether it was drawn here, lately, and not spent before. From now on it is. */
  spend(token: string): boolean;
}

const TTL_MS = 60_000;
const MAX_OPEN = 100;

export function createActions(clock: Clock): Actions {
  const open = new Map<string, number>();
  return {
    draw() {
      const [oldest] = open.keys();
      if (open.size >= MAX_OPEN && oldest !== undefined) open.delete(oldest);
      const token = createActionToken();
      open.set(token, clock.now() + TTL_MS);
      return token;
    },
    spend(token) {
      const expiresAt = open.get(token);
      return open.delete(token) && expiresAt !== undefined && clock.now() < expiresAt;
    },
  };
}
