import { create, insertMultiple, type Orama, search } from "@orama/orama";
import type { KataDiscoveryResult } from "../../lib/registry/registry.ts";
import type { Query } from "../queries.ts";
import { hydrate, type KataDocument, type ResultsByName, type SearchPeer, toDocument } from "./peer.ts";

const schema = { name: "string", tags: "string", description: "string" } as const;

/**
 * Orama as its documentation sets it up: a schema, `insertMultiple`, a `boost` for the property that counts most,
 * `limit`, and sorting switched off (`sort.enabled`), which is advised where nothing is sorted by a property.
 * `threshold: 1`, its default, returns katas with any of the words, as the pack does. Terms match as prefixes, its
 * default. It keeps every document; results come out of a Map all the same, so that they are whole.
 */
export async function createOramaPeer(katas: ResultsByName): Promise<SearchPeer> {
  const index = createOrama();
  await insertMultiple(index, [...katas.values()].map(toDocument));
  return {
    name: "Orama",
    unanswered: ["inside a word"],
    search: (query, limit = katas.size) => searchOrama(index, katas, query, limit),
    [Symbol.dispose]() {},
  };
}

export function createOrama(): Orama<typeof schema> {
  return create({ schema, sort: { enabled: false } });
}

export async function addToOrama(index: Orama<typeof schema>, documents: KataDocument[]): Promise<void> {
  await insertMultiple(index, documents);
}

async function searchOrama(
  index: Orama<typeof schema>,
  katas: ResultsByName,
  { kind, text }: Query,
  limit: number,
): Promise<KataDiscoveryResult[]> {
  const { hits } = await search(index, {
    term: kind === "*" ? "" : text,
    limit,
    threshold: 1,
    boost: { name: 3, tags: 2 },
  });
  return hydrate(
    katas,
    hits.map(({ id }) => id),
  );
}
