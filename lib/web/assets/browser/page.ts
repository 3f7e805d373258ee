/** A page could not be read: `status` is what the server answered with, 0 without an answer. */
export class PageError extends Error {
  readonly status: number;

  constructor(status: number, options?: ErrorOptions) {
    super("the page could not be read", options);
    this.status = status;
  }
}

/**
 * The `<main>` of a page of this server, as it is now.
 *
 * @throws PageError; the signal's reason when it is aborted
 */
export async function readMain(address: URL, signal?: AbortSignal): Promise<HTMLElement> {
  const part = new URL(address);
  part.searchParams.set("part", "1");
  const response = await reach(part, signal);
  // The login has ended: the whole page says how to come back.
  if (response.status === 401 || response.status === 403) location.reload();
  if (!response.ok) throw new PageError(response.status);
  const main = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("main");
  if (main === null) throw new PageError(response.status);
  return main;
}

async function reach(address: URL, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(address, signal === undefined ? {} : { signal });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new PageError(0, { cause });
  }
}
