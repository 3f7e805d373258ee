let pause: ReturnType<typeof setTimeout> | undefined;

/** Tells a screen reader; of several texts within half a second the last one counts. */
export function say(text: string): void {
  const said = document.getElementById("said");
  if (said === null) return;
  clearTimeout(pause);
  // The same text again is no change, so nothing would be said.
  said.textContent = "";
  pause = setTimeout(() => {
    said.textContent = text;
  }, 500);
}

/** Shows a line above the page and says it; an empty text takes it away. */
export function showBanner(text: string): void {
  const banner = document.getElementById("banner");
  if (banner === null || banner.textContent === text) return;
  banner.textContent = text;
  if (text !== "") say(text);
}

/** The number beside Proposals and in the title. Says so when there are more than before. */
export function showPending(pending: number): void {
  const badge = document.getElementById("pending");
  if (badge === null) return;
  const before = Number(badge.dataset.count);
  badge.dataset.count = String(pending);
  badge.firstChild?.replaceWith(String(pending));
  if (pending > before) say("A proposal waits for your decision.");
}
