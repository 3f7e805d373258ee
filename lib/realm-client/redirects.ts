import { isLoopbackHost } from "../model/realm.ts";

/** One request of a chain. */
export interface Hop {
  url: URL;
  /** False for good once the chain has left the realm's origin, also when it comes back. */
  carriesKey: boolean;
}

export type RedirectDecision = { kind: "follow"; hop: Hop } | { kind: "refuse"; reason: string };

const statuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export function isRedirect(status: number): boolean {
  return statuses.has(status);
}

/**
 * Where a redirect leads, or why it is refused, by the address alone: what the names resolve to is judged
 * afterwards. A target must be an address that the realm itself could have, so plain `http:` leads to loopback,
 * or elsewhere for a realm that is pinned by its root, and never away from `https:`. Bun's fetch would open
 * `file:`, `data:` and `s3:` addresses, which is one reason why redirects are followed here and not by it.
 */
export function decideRedirect(from: Hop, location: string | null, isPinned: boolean): RedirectDecision {
  if (location === null || location === "") return refuse("it names no address");
  if (!URL.canParse(location, from.url.href)) return refuse("it names no valid address");
  const url = new URL(location, from.url);

  if (url.protocol !== "https:" && url.protocol !== "http:") return refuse(`it leads to ${url.protocol}`);
  if (url.username !== "" || url.password !== "") return refuse("its address holds credentials");
  if (url.protocol === "http:") {
    if (from.url.protocol === "https:") return refuse("it leads from https: to http:");
    if (!isPinned && !isLoopbackHost(url.hostname))
      return refuse("it leads to plain http: on another machine");
  }
  return { kind: "follow", hop: { url, carriesKey: from.carriesKey && url.origin === from.url.origin } };
}

function refuse(reason: string): RedirectDecision {
  return { kind: "refuse", reason };
}
