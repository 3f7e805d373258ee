import type { KataDiscoveryResult } from "../../lib/registry/registry.ts";
import type { Query, QueryKind } from "../queries.ts";

/** Another way to find katas, over the same katas and with results of the same shape. */
export interface SearchPeer extends Disposable {
  name: string;
  /** Kinds that it has no answer to, because of how it divides a text. */
  unanswered: readonly QueryKind[];
  /** The first `limit` katas, all of them without one, with all that the pack's own results hold. */
  search(query: Query, limit?: number): KataDiscoveryResult[] | Promise<KataDiscoveryResult[]>;
}

/** One text for each of the three fields that a search looks in: a kata's versions mostly repeat each other. */
export interface KataDocument {
  id: string;
  name: string;
  tags: string;
  description: string;
}

export function toDocument({ name, versions }: Pick<KataDiscoveryResult, "name" | "versions">): KataDocument {
  return {
    id: name,
    name,
    tags: [...new Set(versions.flatMap(({ tags }) => tags))].join(" "),
    description: [...new Set(versions.flatMap(({ description }) => description ?? []))].join(" "),
  };
}

/** Finished results by name: the cheapest way there is to make full results out of ids. */
export type ResultsByName = ReadonlyMap<string, KataDiscoveryResult>;

export function hydrate(katas: ResultsByName, names: readonly string[]): KataDiscoveryResult[] {
  return names.flatMap((name) => katas.get(name) ?? []);
}
