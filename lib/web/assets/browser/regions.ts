/** The markup of each region as the server sent it, before anything was opened or typed in it. */
const sent = new WeakMap<Element, string>();

export function rememberRegions(): void {
  for (const region of document.querySelectorAll("[data-live]")) sent.set(region, region.innerHTML);
}

/** The regions that show something of this kind; without a kind, all. */
export function regionIds(kind?: string): string[] {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-live]")];
  return regions
    .filter(({ dataset }) => kind === undefined || dataset.live?.split(" ").includes(kind))
    .map(({ id }) => id);
}

/**
 * Puts the newer contents of these regions in place where the server's markup changed, and leaves the rest
 * alone. What was open stays open, and the focus stays where it was, as far as that still exists.
 */
export function swapRegions(main: ParentNode, ids: readonly string[]): void {
  for (const id of ids) {
    const shown = document.getElementById(id);
    const newer = main.querySelector(`#${CSS.escape(id)}`);
    if (shown === null || newer === null || newer.innerHTML === sent.get(shown)) continue;
    sent.set(shown, newer.innerHTML);
    const isFocused = shown.contains(document.activeElement);
    const focused = document.activeElement?.id;
    const open = openSummaries(shown);
    shown.replaceChildren(...newer.childNodes);
    for (const details of shown.querySelectorAll("details")) details.open = open.has(summaryOf(details));
    if (isFocused) refocus(focused, shown);
  }
}

function refocus(id: string | undefined, region: HTMLElement): void {
  const same = id ? document.getElementById(id) : null;
  (same ?? region.closest<HTMLElement>("[tabindex='-1']"))?.focus({ preventScroll: true });
}

function openSummaries(region: Element): Set<string> {
  return new Set([...region.querySelectorAll("details[open]")].map(summaryOf));
}

function summaryOf(details: Element): string {
  return details.querySelector("summary")?.textContent ?? "";
}
