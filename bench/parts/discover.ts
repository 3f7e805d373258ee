import { join } from "node:path";
import type { RealmsRegistry } from "../../lib/registry/registry.ts";
import type { Effort } from "../effort.ts";
import { type Row, toFigure } from "../figures.ts";
import { createFts5Peer } from "../peers/fts5.ts";
import { createLikePeer } from "../peers/like.ts";
import { createMiniSearchPeer } from "../peers/minisearch.ts";
import { createOramaPeer } from "../peers/orama.ts";
import { oursAsPeer } from "../peers/ours.ts";
import type { SearchPeer } from "../peers/peer.ts";
import { type Query, type QueryKind, queryKinds, toQueries } from "../queries.ts";
import type { Stage } from "../stage.ts";
import { takeTurns } from "../timing.ts";
import { describeAgreement, measureAgreement } from "./agreement.ts";
import { PAGE } from "./page.ts";

/** The first page and all results of each kind of query, ours and the peers' in turns. */
export async function benchDiscover(stage: Stage): Promise<Row[]> {
  const { registry } = await stage.syncedHome();
  const peers = await createPeers(stage, registry);
  try {
    const rows: Row[] = [];
    for (const kind of queryKinds) rows.push(await firstPages(kind, peers, stage.effort));
    for (const kind of queryKinds)
      if (kind !== "miss") rows.push(await everyResult(kind, peers, stage.effort));
    return rows;
  } finally {
    for (const peer of peers) peer[Symbol.dispose]();
  }
}

export function pageRow(kind: QueryKind): string {
  return `first ${PAGE}: ${kind}`;
}

export function allRow(kind: QueryKind): string {
  return `all: ${kind}`;
}

async function createPeers(stage: Stage, registry: RealmsRegistry): Promise<SearchPeer[]> {
  const katas = new Map(registry.discover("*").map((kata) => [kata.name, kata]));
  return [
    oursAsPeer(registry),
    createMiniSearchPeer(katas),
    await createOramaPeer(katas),
    createLikePeer(join(stage.folder, "like.db"), katas),
    createFts5Peer(join(stage.folder, "fts5.db"), katas),
  ];
}

async function firstPages(kind: QueryKind, peers: readonly SearchPeer[], effort: Effort): Promise<Row> {
  const queries = toQueries(kind, effort.queries);
  const different = [...new Map(queries.map((query) => [query.text, query])).values()];
  const agreement = await measureAgreement(peers, different.slice(0, effort.compared));
  return { ...(await race(pageRow(kind), peers, queries, effort, PAGE)), note: describeAgreement(agreement) };
}

function everyResult(kind: QueryKind, peers: readonly SearchPeer[], effort: Effort): Promise<Row> {
  return race(allRow(kind), peers, toQueries(kind, effort.queries), effort);
}

async function race(
  name: string,
  peers: readonly SearchPeer[],
  queries: readonly Query[],
  effort: Effort,
  limit?: number,
): Promise<Row> {
  const able = peers.filter(({ unanswered }) => queries.every(({ kind }) => !unanswered.includes(kind)));
  const contenders = able.map((peer) => {
    const run = (round: number): unknown => {
      const query = queries[round % queries.length];
      return query && peer.search(query, limit);
    };
    return [peer.name, { run }] as const;
  });
  Bun.gc(true);
  const times = await takeTurns(Object.fromEntries(contenders), {
    rounds: queries.length,
    budgetMs: effort.queryBudgetMs,
  });
  const figures = Object.entries(times).map(([peer, samples]) => [peer, toFigure(samples)] as const);
  const [ours, ...others] = figures;
  if (ours === undefined) throw new Error("Nobody was measured.");
  return { part: "discover", name, unit: "ms", ours: ours[1], peers: Object.fromEntries(others) };
}
