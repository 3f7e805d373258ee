import { RealmError } from "../errors.ts";
import { isLoopbackHost } from "../model/realm.ts";
import { toPlainText } from "../model/text.ts";
import { isPublic, isReachable, literalAddress } from "./addresses.ts";
import { type Cutoff, createCutoff, untilAborted } from "./cutoff.ts";
import { networkError, timeoutError } from "./failures.ts";
import { decideRedirect, type Hop, isRedirect } from "./redirects.ts";
import { toReply } from "./reply.ts";
import type { Reply, SafeFetchDeps, SafeRequest } from "./transfer.ts";

/**
 * Gets one file: redirects judged one by one, the key for the realm's own origin only, every wait and every
 * byte counted, inflated bytes too. When it returns or throws, nothing of the transfer is left open.
 *
 * `HTTPS_PROXY`, `NO_PROXY` and `NODE_EXTRA_CA_CERTS` are honoured by Bun's fetch itself.
 *
 * @throws RealmError `network`, `timeout`, `too_slow`, `too_large`, `redirect_refused`, `http_status`,
 *   `unsupported_encoding`; the caller's own reason when its signal aborts
 */
export function safeFetch(request: SafeRequest, deps: SafeFetchDeps): Promise<Reply> {
  return exchange(request, deps, (response, cutoff) => toReply(response, request, deps, cutoff));
}

/**
 * As {@link safeFetch}, with `receive` to take the last answer of the chain: its status is not looked at and its
 * body not read.
 *
 * @throws what `receive` throws, and as {@link safeFetch}
 */
export async function exchange<Result>(
  request: SafeRequest,
  deps: SafeFetchDeps,
  receive: (response: Response, cutoff: Cutoff) => Promise<Result>,
): Promise<Result> {
  using cutoff = createCutoff(request.signal);
  cutoff.arm(request.timeoutMs, () => timeoutError(request.where, "was not complete", request.timeoutMs));
  try {
    return await receive(await followRedirects(request, deps, cutoff), cutoff);
  } catch (error) {
    // What ended the transfer is the reason; the failure that it caused in a stream is not.
    cutoff.signal.throwIfAborted();
    throw error;
  }
}

async function followRedirects(request: SafeRequest, deps: SafeFetchDeps, cutoff: Cutoff): Promise<Response> {
  let hop: Hop = { url: request.url, carriesKey: true };
  for (let redirects = 0; ; redirects += 1) {
    const response = await send(hop, request, deps, cutoff);
    if (!isRedirect(response.status)) return response;
    if (redirects === deps.limits.maxRedirects) {
      throw refused(request, `it is number ${redirects + 1} in a row`);
    }

    const decision = decideRedirect(hop, response.headers.get("location"), request.isPinned);
    if (decision.kind === "refuse") throw refused(request, decision.reason);
    await verifyReachable(hop.url, decision.hop.url, request, deps, cutoff);
    hop = decision.hop;
  }
}

async function send(hop: Hop, request: SafeRequest, deps: SafeFetchDeps, cutoff: Cutoff): Promise<Response> {
  const headers = new Headers({
    "accept-encoding": request.acceptEncoding ?? "gzip",
    "user-agent": deps.userAgent,
  });
  if (hop.carriesKey && request.apiKey !== undefined) {
    headers.set("authorization", `Bearer ${request.apiKey}`);
  }
  if (request.etag !== undefined) headers.set("if-none-match", request.etag);

  const { headersTimeoutMs } = deps.limits;
  const disarm = cutoff.arm(headersTimeoutMs, () =>
    timeoutError(request.where, "was not answered", headersTimeoutMs),
  );
  try {
    const answer = deps.fetch(hop.url, {
      headers,
      redirect: "manual",
      // Left alone, Bun inflates without a limit: 51 KB became 50 MiB.
      decompress: false,
      // A realm is asked for a file or two at a time; a pooled socket would only outlive the request.
      keepalive: false,
      // Bun sends even loopback requests to HTTP_PROXY, and with them a key in clear text.
      proxy: isLoopbackHost(hop.url.hostname) ? false : undefined,
      signal: cutoff.signal,
    });
    return await untilAborted(answer, cutoff.signal);
  } catch (error) {
    throw networkError(error, request.where);
  } finally {
    disarm();
  }
}

/**
 * A public realm must not make this machine ask its own network, by a literal address or by a name that
 * resolves to one. The name could resolve to something else by the time it is connected to; that gains nothing
 * over `https:`, where the host behind it would have to show a certificate for the attacker's name. Where a
 * proxy alone can resolve names, a redirect to another host ends as `network`: refused rather than unchecked.
 */
async function verifyReachable(
  from: URL,
  to: URL,
  request: SafeRequest,
  deps: SafeFetchDeps,
  cutoff: Cutoff,
): Promise<void> {
  if (to.hostname === from.hostname) return;
  const resolve = async (url: URL): Promise<string[]> => {
    const literal = literalAddress(url.hostname);
    if (literal !== undefined) return [literal];
    return untilAborted(deps.resolveHost(url.hostname), cutoff.signal).catch((error) => {
      throw networkError(error, request.where);
    });
  };
  const targets = await resolve(to);
  if (isPublic(targets) || isReachable(await resolve(from), targets)) return;
  throw refused(request, `it leads to an address that is not public, at ${toPlainText(to.hostname, 100)}`);
}

function refused(request: SafeRequest, reason: string): RealmError {
  return new RealmError("redirect_refused", `A redirect of ${request.where} is refused: ${reason}.`);
}
