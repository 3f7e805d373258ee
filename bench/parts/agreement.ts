import type { KataDiscoveryResult } from "../../lib/registry/registry.ts";
import type { SearchPeer } from "../peers/peer.ts";
import type { Query } from "../queries.ts";
import { PAGE } from "./page.ts";

/** How far the results of a peer are ours, over some queries of one kind. */
export interface Agreement {
  peer: string;
  queries: number;
  /** Queries for which both find the same katas, in whatever order. */
  sameKatas: number;
  /** Queries whose first page is the same katas in the same order, with equal contents. */
  samePage: number;
}

/** All results of these queries of one kind, the peers' beside those of the first of them. Takes its time. */
export async function measureAgreement(
  peers: readonly SearchPeer[],
  queries: readonly Query[],
): Promise<Agreement[]> {
  const [ours, ...others] = peers;
  if (ours === undefined || queries[0] === undefined) return [];
  const { kind } = queries[0];
  const able = others.filter(({ unanswered }) => !unanswered.includes(kind));
  const agreements = able.map(({ name }) => ({
    peer: name,
    queries: queries.length,
    sameKatas: 0,
    samePage: 0,
  }));
  for (const query of queries) {
    const mine = await ours.search(query);
    const myNames = new Set(mine.map(({ name }) => name));
    for (const [at, peer] of able.entries()) {
      const theirs = await peer.search(query);
      const agreement = agreements[at];
      if (agreement === undefined) continue;
      const isSame = theirs.length === mine.length && theirs.every(({ name }) => myNames.has(name));
      agreement.sameKatas += Number(isSame);
      agreement.samePage += Number(Bun.deepEquals(toPage(mine), toPage(theirs)));
    }
  }
  return agreements;
}

/** Without the trust level, which we add from the realm's record and no peer knows of. */
function toPage(results: readonly KataDiscoveryResult[]): KataDiscoveryResult[] {
  return results.slice(0, PAGE).map(({ trust: _, ...kata }) => kata);
}

export function describeAgreement(agreements: readonly Agreement[]): string {
  const counts = agreements.map(
    ({ peer, queries, sameKatas, samePage }) => `${peer} ${sameKatas}/${queries} and ${samePage}/${queries}`,
  );
  return `same katas and same page: ${counts.join(", ")}`;
}
