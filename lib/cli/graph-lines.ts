import type { GraphView, PhaseView } from "../desk/shown.ts";
import { toPlainText } from "../model/text.ts";
import type { Line } from "./print.ts";

/**
 * The phases from the first on, each with what it does, and how they end:
 *
 * ```
 *   gather  run local.file.read
 *     │
 *   think   run local.reasoning
 *     │
 *   complete
 * ```
 *
 * A phase has one way on at most, so the way is one line down; what it does not reach is listed below it.
 */
export function toGraphLines({ initial, phases }: GraphView): Line[] {
  const byName = new Map(phases.map((phase) => [phase.name, phase]));
  const width = Math.max(0, ...phases.map(({ name }) => shown(name).length));
  const lines: Line[] = [];
  let phase = byName.get(initial);
  while (phase !== undefined) {
    byName.delete(phase.name);
    lines.push(toPhaseLine(phase, width), { text: "    │", style: "dim" });
    const next = phase.next ?? undefined;
    if (next === undefined || !byName.has(next)) {
      lines.push({ text: `  ${toEnd(phase)}`, style: phase.terminal === "fail" ? "bad" : "good" });
    }
    phase = next === undefined ? undefined : byName.get(next);
  }
  const unreached = [...byName.values()].map((one) => toPhaseLine(one, width));
  return unreached.length === 0 ? lines : [...lines, "", "  never reached:", ...unreached];
}

function toPhaseLine({ name, action, target }: PhaseView, width: number): string {
  return `  ${shown(name).padEnd(width)}  ${action} ${shown(target)}`;
}

/** A way back to a phase above has no end; the compiler lets none through, and a picture must not hide one. */
function toEnd({ terminal, next }: PhaseView): string {
  return terminal ?? (next === null ? "ends" : `back to ${shown(next)}`);
}

function shown(text: string): string {
  return toPlainText(text, 160);
}
