import { PageError, readMain } from "./page.ts";
import { swapRegions } from "./regions.ts";
import { say, showBanner } from "./say.ts";

/**
 * Forms that only ask for another view of this page (`data-swaps` names the region): followed at once, with the
 * address kept true, so that a reload or a link shows the same.
 */
export function followChoices(): void {
  let running: AbortController | undefined;
  const follow = (form: HTMLFormElement): void => {
    running?.abort();
    running = new AbortController();
    void showChoice(form, running.signal);
  };
  for (const kind of ["change", "input", "submit"]) {
    document.addEventListener(kind, (event) => {
      const form = findForm(event);
      if (form === null) return;
      if (kind === "submit") event.preventDefault();
      // Typing is followed as it happens; the change at its end brings nothing new.
      if (isTyping(event) === (kind === "input") || kind === "submit") follow(form);
    });
  }
}

async function showChoice(form: HTMLFormElement, signal: AbortSignal): Promise<void> {
  const region = document.getElementById(form.dataset.swaps ?? "");
  if (region === null) return;
  const address = addressOf(form);
  region.setAttribute("aria-busy", "true");
  try {
    const main = await readMain(address, signal);
    signal.throwIfAborted();
    history.replaceState(null, "", address);
    swapRegions(main, [region.id]);
    showBanner("");
    say(region.querySelector("[data-said]")?.textContent ?? "Shown.");
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof PageError)) throw error;
    showBanner("Ronin did not answer. What you see is what was there before.");
  }
  region.removeAttribute("aria-busy");
}

function addressOf(form: HTMLFormElement): URL {
  const address = new URL(form.action);
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value !== "") address.searchParams.append(name, value);
  }
  return address;
}

function findForm({ target }: Event): HTMLFormElement | null {
  return target instanceof Element ? target.closest<HTMLFormElement>("form[data-swaps]") : null;
}

function isTyping({ target }: Event): boolean {
  return target instanceof HTMLInputElement && target.type !== "radio" && target.type !== "checkbox";
}
