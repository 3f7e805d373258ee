const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 10_000;

/** Asks for this page until it can be read, then shows it. */
export function waitUntilReadable(retryMs = FIRST_RETRY_MS): void {
  setTimeout(async () => {
    const isReadable = await fetch(location.href).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReadable) location.reload();
    else waitUntilReadable(Math.min(retryMs * 2, MAX_RETRY_MS));
  }, retryMs);
}
