import type { LiveMessage } from "../../view-models.ts";
import { refresh } from "./refresh.ts";
import { regionIds } from "./regions.ts";
import { showBanner, showPending } from "./say.ts";

/** A host that restarts is away for a moment: only after this is it worth a word. */
const PATIENCE_MS = 1500;
const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 15_000;

/** Listens to what happens in the host, and comes back by itself when the host was away. */
export function followLive(): void {
  let source: EventSource | undefined;
  let retryMs = FIRST_RETRY_MS;
  let worry: ReturnType<typeof setTimeout> | undefined;
  let isFirst = true;

  const open = (): void => {
    source = new EventSource("/dojo/api/live");
    source.onmessage = ({ data }) => {
      clearTimeout(worry);
      worry = undefined;
      retryMs = FIRST_RETRY_MS;
      receive(JSON.parse(data), isFirst);
      isFirst = false;
    };
    source.onerror = () => {
      worry ??= setTimeout(() => showBanner(AWAY), PATIENCE_MS);
      // The browser tries again by itself, except where the answer was no stream.
      if (source?.readyState !== EventSource.CLOSED) return;
      setTimeout(open, retryMs);
      retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
    };
  };
  open();
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", ({ persisted }) => persisted && open());
}

const AWAY = "Ronin does not answer. What you see may be old. This page tries again by itself.";

function receive(message: LiveMessage, isFirst: boolean): void {
  if (message.kind === "hello") {
    const isAsShown = message.pending === Number(document.getElementById("pending")?.dataset.count);
    showPending(message.pending);
    // What came with the page is fresh, so the first one asks for nothing again.
    if (!isFirst || !isAsShown) void refresh();
    return;
  }
  if (message.kind === "unconfirmed") {
    if (location.pathname.endsWith(`/${encodeURIComponent(message.id)}`)) {
      showBanner(`A decision on this proposal was refused (${message.code}). Nothing was changed.`);
    }
    return;
  }
  if (message.kind === "proposal") showPending(message.pending);
  const ids = regionIds(message.kind);
  if (ids.length > 0) void refresh(ids);
}
