import type { GraphView, PhaseView, SkillView } from "../view-models.ts";
import {
  BOX_HEIGHT,
  BOX_WIDTH,
  BOX_X,
  type GraphLayout,
  inRunOrder,
  layOutGraph,
  type PlacedPhase,
} from "./graph-layout.ts";
import { type Html, html } from "./html.ts";
import { count } from "./words.ts";

const MIDDLE = BOX_X + BOX_WIDTH / 2;
/** What fits into a box, in characters of the drawing's type. */
const NAME_CHARS = 36;
const TARGET_CHARS = 32;

/** The phases as a drawing, and in words for whoever cannot see it. */
export function graphFigure(graph: GraphView, skills: readonly SkillView[]): Html {
  const layout = layOutGraph(graph);
  const { width, height, omitted } = layout;
  return html`<figure>
<svg class="graph" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" aria-hidden="true">
<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="3" refY="4" orient="auto"><path class="arrow" d="M0 0 8 4 0 8z"/></marker></defs>
${layout.phases.map((placed) => phaseBox(placed, skills))}${edgePaths(layout)}
</svg>
${omitted === 0 ? null : html`<p class="muted">and ${count(omitted, "more phase")}, which stand in the source</p>`}
<ol class="sr">${inRunOrder(graph).map((phase) => html`<li>${phaseSentence(phase)}</li>`)}</ol>
</figure>`;
}

function phaseBox({ phase, y }: PlacedPhase, skills: readonly SkillView[]): Html {
  const reach = phase.action === "run" ? skills.find(({ name }) => name === phase.target)?.reach : null;
  return html`<rect class="box" x="${BOX_X}" y="${y}" width="${BOX_WIDTH}" height="${BOX_HEIGHT}" rx="4"/>
<rect class="${reach ?? phase.action}" x="${BOX_X}" y="${y}" width="4" height="${BOX_HEIGHT}" rx="2"/>
<text class="name" x="${BOX_X + 16}" y="${y + 19}">${shorten(phase.name, NAME_CHARS)}</text>
<text x="${BOX_X + 16}" y="${y + 36}">${phase.action} ${shorten(phase.target, TARGET_CHARS)}</text>
${phase.terminal === null ? null : endMark(phase.terminal, y + BOX_HEIGHT)}`;
}

/** A round end below the box that it ends with. */
function endMark(terminal: NonNullable<PhaseView["terminal"]>, y: number): Html {
  return html`<path class="edge" d="M${MIDDLE} ${y}V${y + 14}"/>
<circle class="${terminal === "fail" ? "fail" : "run"}" cx="${MIDDLE}" cy="${y + 19}" r="5"/>
<text x="${MIDDLE + 12}" y="${y + 23}">${terminal}</text>`;
}

function edgePaths({ edges }: GraphLayout): Html[] {
  return edges.map(({ path }) => html`<path class="edge" d="${path}" marker-end="url(#tip)"/>`);
}

function phaseSentence({ name, action, target, next, terminal }: PhaseView): string {
  const does = { run: "runs the skill", spawn: "starts the kata", wait: "waits for the event" }[action];
  const then = next === null ? "" : `, then goes to ${next}`;
  const ends = { complete: ", then completes", fail: ", then fails" };
  return `${name}: ${does} ${target}${then}${terminal === null ? "" : ends[terminal]}`;
}

function shorten(text: string, maxChars: number): string {
  const points = Array.from(text);
  return points.length <= maxChars ? text : `${points.slice(0, maxChars - 1).join("")}…`;
}
