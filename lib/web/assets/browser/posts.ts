import type { ApiError } from "../../view-models.ts";
import { fillPreview } from "./preview.ts";
import { refresh } from "./refresh.ts";
import { say } from "./say.ts";

/** Sends each `data-posts` form as JSON, once, and does what its `data-then` says with the answer. */
export function sendForms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset.posts === undefined) return;
    event.preventDefault();
    void send(form, form.dataset.posts);
  });
}

async function send(form: HTMLFormElement, address: string): Promise<void> {
  const button = form.querySelector<HTMLButtonElement>("button:not([type='button'])");
  if (button === null || button.disabled) return;
  showProblem(form, "");
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await post(address, bodyOf(form));
    await goOn(form, answer);
  } catch (error) {
    showProblem(form, error instanceof Refusal ? error.message : NO_ANSWER);
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
  refocus(button.id);
}

/** A button that is disabled loses the focus, and the one that was used may be gone, or another in its place. */
function refocus(id: string): void {
  if (document.activeElement !== document.body) return;
  (document.getElementById(id) ?? document.querySelector<HTMLElement>("main"))?.focus();
}

const NO_ANSWER = "Ronin did not answer, so it is not known whether this arrived. Reload the page to see.";

/** The server said no, in words for a person. */
class Refusal extends Error {}

/** A change needs a token that is good for this one request: whoever sends it again changes nothing. */
async function post(address: string, body: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { token } = await read(await fetch("/dojo/api/action"));
  const headers = { "content-type": "application/json", "x-action": String(token) };
  return read(await fetch(address, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function read(response: Response): Promise<Record<string, unknown>> {
  // What this page's own server answers with.
  const answer = (await response.json()) as Record<string, unknown> & Partial<ApiError>;
  if (!response.ok) throw new Refusal(answer.error?.message ?? `Refused (${response.status}).`);
  return answer;
}

/** A ticked box is `true`, an empty field is left out or, where it says so, null. */
function bodyOf(form: HTMLFormElement): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const field of form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("[name]")) {
    if (field.type === "checkbox") {
      if (field instanceof HTMLInputElement && field.checked) body[field.name] = true;
    } else if (field.value !== "") body[field.name] = field.value;
    else if (field.dataset.empty === "null") body[field.name] = null;
  }
  return body;
}

async function goOn(form: HTMLFormElement, answer: Record<string, unknown>): Promise<void> {
  const { then, says } = form.dataset;
  if (then === "proposal")
    return location.assign(`/dojo/proposals/${encodeURIComponent(String(answer.proposalId))}`);
  form.closest("dialog")?.close();
  if (then === "preview") return fillPreview(answer);
  // What was typed on the way here, in the dialog before this one too, is done with.
  for (const done of document.querySelectorAll<HTMLFormElement>("form[data-posts]")) done.reset();
  if (says !== undefined) say(says);
  await refresh();
}

function showProblem(form: HTMLFormElement, text: string): void {
  const elsewhere = form.dataset.alerts;
  const alert =
    elsewhere === undefined
      ? form.querySelector("[role='alert']")
      : document.querySelector(`[data-alert="${CSS.escape(elsewhere)}"]`);
  if (alert !== null) alert.textContent = text;
}
