import type { RealmsRegistry } from "../../lib/registry/registry.ts";
import type { SearchPeer } from "./peer.ts";

export function oursAsPeer(registry: RealmsRegistry): SearchPeer {
  return {
    name: "ronin-realms",
    unanswered: [],
    search: ({ text }, limit) => registry.discover(text, undefined, limit === undefined ? {} : { limit }),
    [Symbol.dispose]() {},
  };
}
