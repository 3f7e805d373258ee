import MiniSearch from "minisearch";
import type { KataDiscoveryResult } from "../../lib/registry/registry.ts";
import { hydrate, type KataDocument, type ResultsByName, type SearchPeer, toDocument } from "./peer.ts";

/**
 * MiniSearch as its README sets it up: the fields to search, `addAll`, a boost for the field that counts most, and
 * `prefix` only where a prefix is typed, since a search for whole terms is faster. Several words are OR, its
 * default and what the pack does. Nothing is stored in it (`storeFields`): results come out of a Map, which is
 * faster. It has no limit; it returns all hits in order.
 */
export function createMiniSearchPeer(katas: ResultsByName): SearchPeer {
  const index = createMiniSearch();
  index.addAll([...katas.values()].map(toDocument));
  return {
    name: "MiniSearch",
    unanswered: ["inside a word"],
    search({ kind, text }, limit): KataDiscoveryResult[] {
      const hits =
        kind === "*"
          ? index.search(MiniSearch.wildcard)
          : index.search(text, { prefix: kind === "prefix of 3" });
      return hydrate(katas, hits.slice(0, limit).map(idOf));
    },
    [Symbol.dispose]: () => index.removeAll(),
  };
}

export function createMiniSearch(): MiniSearch<KataDocument> {
  return new MiniSearch({
    fields: ["name", "tags", "description"],
    searchOptions: { boost: { name: 3, tags: 2 } },
  });
}

function idOf({ id }: { id: unknown }): string {
  return String(id);
}
