import { join } from "node:path";
import type { RealmsRegistry } from "../../lib/registry/registry.ts";
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

const QUERIES = 200;
/** Milliseconds of a kind's queries after which a slow peer has shown enough. */
const BUDGET_MS = 400;

/** The first page and all results of each kind of query, ours and the peers' in turns. */
export async function benchDiscover(stage: Stage): Promise<Row[]> {
  const { registry } = await stage.syncedHome();
  const peers = await createPeers(stage, registry);
  try {
    const rows: Row[] = [];
    for (const kind of queryKinds) rows.push(await firstPages(kind, peers));
    for (const kind of queryKinds) if (kind !== "miss") rows.push(await everyResult(kind, peers));
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

async function firstPages(kind: QueryKind, peers: readonly SearchPeer[]): Promise<Row> {
  const queries = toQueries(kind, QUERIES);
  const agreement = await measureAgreement(peers, queries);
  return { ...(await race(pageRow(kind), peers, queries, PAGE)), note: describeAgreement(agreement) };
}

function everyResult(kind: QueryKind, peers: readonly SearchPeer[]): Promise<Row> {
  return race(allRow(kind), peers, toQueries(kind, QUERIES), undefined);
}

async function race(
  name: string,
  peers: readonly SearchPeer[],
  queries: readonly Query[],
  limit: number | undefined,
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
    budgetMs: BUDGET_MS,
  });
  const figures = Object.entries(times).map(([peer, samples]) => [peer, toFigure(samples)] as const);
  const [ours, ...others] = figures;
  if (ours === undefined) throw new Error("Nobody was measured.");
  return { part: "discover", name, unit: "ms", ours: ours[1], peers: Object.fromEntries(others) };
}
