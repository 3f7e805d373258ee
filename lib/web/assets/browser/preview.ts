import { findDialog } from "./dialogs.ts";

/** Puts what a realm showed of itself before the person, as text, and asks whether to trust it. */
export function fillPreview(answer: Record<string, unknown>): void {
  const dialog = findDialog("trust");
  const { signing } = answer;
  if (dialog === null || typeof signing !== "object" || signing === null) return;
  const digits = "fingerprint" in signing ? String(signing.fingerprint) : "";
  const slots: Record<string, unknown> = {
    ...answer,
    digits,
    fingerprint: digits.replace(/.{4}(?=.)/g, "$& "),
  };
  for (const slot of dialog.querySelectorAll<HTMLElement>("[data-slot]")) {
    const text = String(slots[slot.dataset.slot ?? ""] ?? "");
    if (slot instanceof HTMLInputElement) slot.value = text;
    else slot.textContent = text;
  }
  for (const part of dialog.querySelectorAll<HTMLElement>("[data-if]")) {
    part.hidden = part.dataset.if !== (digits === "" ? "unsigned" : "signed");
    // A box that nobody can see must not be asked for.
    for (const box of part.querySelectorAll("input")) {
      box.disabled = part.hidden;
      box.checked = false;
    }
  }
  dialog.showModal();
}
