import { PageError, readMain } from "./page.ts";
import { regionIds, swapRegions } from "./regions.ts";
import { showBanner } from "./say.ts";

const RETRY_MS = 2000;

const wanted = new Set<string>();
let isRunning = false;

/**
 * Reads this page again and swaps in what changed. Calls while one is under way are answered by one more. A
 * dialog that is open keeps what it asks about in place: the rest waits until it is closed.
 */
export async function refresh(ids: readonly string[] = regionIds()): Promise<void> {
  for (const id of ids) wanted.add(id);
  if (isRunning) return;
  isRunning = true;
  try {
    while (wanted.size > 0 && !hasOpenDialog()) {
      const main = await readMain(new URL(location.href));
      if (hasOpenDialog()) return;
      const due = [...wanted];
      wanted.clear();
      swapRegions(main, due);
      showBanner("");
    }
  } catch (error) {
    if (!(error instanceof PageError)) throw error;
    if (error.status !== 0) showBanner("This page could not be read again, so it may be old. Trying again…");
    setTimeout(() => void refresh([]), RETRY_MS);
  } finally {
    isRunning = false;
  }
}

function hasOpenDialog(): boolean {
  return document.querySelector("[data-live] dialog[open]") !== null;
}
