import { say } from "./say.ts";

/** `data-copies` puts the text of that element on the clipboard. It is marked too, which can be seen. */
export function copyTexts(): void {
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>("[data-copies]") : null;
    const source = document.getElementById(button?.dataset.copies ?? "");
    if (source !== null) void copy(source);
  });
}

async function copy(source: HTMLElement): Promise<void> {
  getSelection()?.selectAllChildren(source);
  try {
    await navigator.clipboard.writeText(source.textContent);
    say("Copied.");
  } catch {
    // A browser may keep its clipboard closed, and has none for a page of another machine.
    say("It is marked; copy it yourself.");
  }
}
