import { refresh } from "./refresh.ts";

/** `data-opens` opens the dialog of that id, `data-closes` the one around it. Escape is the browser's own. */
export function openDialogs(): void {
  document.addEventListener("click", ({ target }) => {
    if (!(target instanceof Element)) return;
    const opener = target.closest<HTMLElement>("[data-opens]");
    if (opener !== null) findDialog(opener.dataset.opens ?? "")?.showModal();
    if (target.closest("[data-closes]") !== null) target.closest("dialog")?.close();
  });
  // It does not bubble. What waited for the dialog to close is shown now.
  document.addEventListener("close", () => void refresh([]), { capture: true });
}

export function findDialog(id: string): HTMLDialogElement | null {
  const found = document.getElementById(id);
  return found instanceof HTMLDialogElement ? found : null;
}
