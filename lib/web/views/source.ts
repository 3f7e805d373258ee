import type { DiffLine, VersionContent } from "../view-models.ts";
import { type Html, html } from "./html.ts";
import { count } from "./words.ts";

const CONTEXT_LINES = 3;
/** A change of so few lines is read at a glance, so it stands open. */
const GLANCE_LINES = 24;

/** What changed since the installed version, line by line, with long runs of equal lines folded. */
export function diffSection({ diff }: Pick<VersionContent, "diff">, changes: string | null): Html | null {
  if (diff === null) return null;
  const added = diff.lines.filter(({ kind }) => kind === "added").length;
  const removed = diff.lines.filter(({ kind }) => kind === "removed").length;
  const shown = fold(diff.lines);
  const isShort = shown.length <= GLANCE_LINES;
  return html`<section aria-labelledby="changed"><h2 id="changed">What changed since ${diff.against}, which you have</h2>
${changes === null ? null : html`<p>${changes}</p>`}
<details${isShort ? html` open` : null}><summary>${count(added, "line")} added, ${removed} removed</summary>
<pre class="source diff" tabindex="0" role="group" aria-label="Changes to ${diff.against}">${shown.map(diffLine)}</pre></details>
</section>`;
}

/** The source as it will be compiled. It was verified against its hash before it was shown. */
export function sourceSection({ source, version }: VersionContent, isOpen: boolean): Html {
  if (source.kind === "unavailable") {
    return html`<section aria-labelledby="source"><h2 id="source">Source</h2>
<p class="note warn">It cannot be shown: ${source.message} <code>${source.code}</code></p></section>`;
  }
  const lines = source.text.replace(/\n$/, "").split("\n");
  return html`<section aria-labelledby="source"><h2 id="source">Source</h2>
<details${isOpen ? html` open` : null}><summary>${count(lines.length, "line")}, verified</summary>
<pre class="source" tabindex="0" role="group" aria-label="Source of ${version}">${lines.map((line) => html`<span>${line}</span>`)}</pre></details>
</section>`;
}

type Shown = DiffLine | { kind: "gap"; lines: number };

/** Keeps three equal lines on each side of a change. */
function fold(lines: readonly DiffLine[]): Shown[] {
  const shown: Shown[] = [];
  let at = 0;
  while (at < lines.length) {
    const change = lines.findIndex(({ kind }, index) => index >= at && kind !== "same");
    const end = change === -1 ? lines.length : change;
    const head = at === 0 ? 0 : CONTEXT_LINES;
    const tail = change === -1 ? 0 : CONTEXT_LINES;
    const same = lines.slice(at, end);
    if (same.length > head + tail + 1) {
      shown.push(...same.slice(0, head), { kind: "gap", lines: same.length - head - tail });
      shown.push(...same.slice(same.length - tail));
    } else {
      shown.push(...same);
    }
    if (change === -1) break;
    const next = lines.findIndex(({ kind }, index) => index > change && kind === "same");
    at = next === -1 ? lines.length : next;
    shown.push(...lines.slice(change, at));
  }
  return shown;
}

function diffLine(line: Shown): Html {
  switch (line.kind) {
    case "gap":
      return html`<span class="gap">… ${count(line.lines, "unchanged line")}</span>`;
    case "added":
      return html`<ins>${line.text}</ins>`;
    case "removed":
      return html`<del>${line.text}</del>`;
    case "same":
      return html`<span>${line.text}</span>`;
  }
}
