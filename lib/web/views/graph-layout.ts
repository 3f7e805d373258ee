import type { GraphView, PhaseView } from "../view-models.ts";

/** A phase with its place in the drawing; lengths are units of the drawing. */
export interface PlacedPhase {
  phase: PhaseView;
  y: number;
}

export interface PlacedEdge {
  from: string;
  to: string;
  /** A path for the `d` of an SVG path. */
  path: string;
}

export interface GraphLayout {
  width: number;
  height: number;
  phases: PlacedPhase[];
  edges: PlacedEdge[];
  /** Phases that were left out because nobody would follow a drawing of so many. */
  omitted: number;
}

export const BOX_WIDTH = 300;
export const BOX_HEIGHT = 46;
/** Where the boxes begin: what is left of them is for the stroke. */
export const BOX_X = 1;
const GAP = 22;
const END_HEIGHT = 30;
const LANE = 14;
const MAX_DRAWN = 40;

/**
 * Places phases from top to bottom in the order in which they run; what nothing leads to comes last. A phase
 * has at most one successor, so all that is not a step to the next box is a jump, drawn in a lane of its own on
 * the right.
 */
export function layOutGraph(graph: GraphView): GraphLayout {
  const ordered = inRunOrder(graph);
  const drawn = ordered.slice(0, MAX_DRAWN);
  const phases: PlacedPhase[] = [];
  let y = 1;
  for (const phase of drawn) {
    phases.push({ phase, y });
    y += BOX_HEIGHT + GAP + (phase.terminal === null ? 0 : END_HEIGHT);
  }
  const { edges, lanes } = toEdges(phases);
  return {
    width: BOX_X + BOX_WIDTH + (lanes === 0 ? 1 : (lanes + 1) * LANE),
    height: Math.max(y - GAP + 1, 0),
    phases,
    edges,
    omitted: ordered.length - drawn.length,
  };
}

/** From the initial phase on, each once. Names are keys of a Map: a phase may be called `constructor`. */
export function inRunOrder({ initial, phases }: GraphView): PhaseView[] {
  const left = new Map(phases.map((phase) => [phase.name, phase]));
  const ordered: PhaseView[] = [];
  for (let name: string | null = initial; name !== null; ) {
    const phase = left.get(name);
    if (phase === undefined) break;
    left.delete(name);
    ordered.push(phase);
    name = phase.next;
  }
  return [...ordered, ...left.values()];
}

function toEdges(phases: readonly PlacedPhase[]): { edges: PlacedEdge[]; lanes: number } {
  const places = new Map(phases.map((placed, index) => [placed.phase.name, { ...placed, index }]));
  const edges: PlacedEdge[] = [];
  let lanes = 0;
  for (const [index, { phase, y }] of phases.entries()) {
    const target = phase.next === null ? undefined : places.get(phase.next);
    if (target === undefined) continue;
    const edge = { from: phase.name, to: target.phase.name };
    if (target.index === index + 1) {
      const x = BOX_X + BOX_WIDTH / 2;
      edges.push({ ...edge, path: `M${x} ${y + BOX_HEIGHT}V${target.y - 5}` });
    } else {
      lanes += 1;
      const right = BOX_X + BOX_WIDTH;
      const lane = right + lanes * LANE;
      edges.push({
        ...edge,
        path: `M${right} ${y + BOX_HEIGHT * 0.7}H${lane}V${target.y + BOX_HEIGHT * 0.3}H${right + 5}`,
      });
    }
  }
  return { edges, lanes };
}
