import { hostNameOf } from "../model/host-name.ts";
import type { PageParts } from "../runtime/page-parts.ts";
import { isSessionValid } from "../trust/page-session.ts";
import type { Actions } from "./actions.ts";
import { Refusal } from "./refusal.ts";

export const SESSION_COOKIE = "ronin_dojo";
const MAX_BODY_BYTES = 16 * 1024;

/**
 * Refuses a request under a name that is not this machine's: a page elsewhere can have its own name rebound to
 * this address, and would then be of one origin with this page.
 *
 * @throws Refusal `host_refused`
 */
export function verifyHost(request: Request, { isHostAllowed }: Pick<PageParts, "isHostAllowed">): void {
  const hostname = hostNameOf(request.headers.get("host"));
  if (hostname !== "" && isHostAllowed(hostname)) return;
  throw new Refusal("host_refused", "The Dojo does not answer under this host name.");
}

/** @throws Refusal `login_needed` */
export function verifySession(
  session: string | undefined,
  { token, clock }: Pick<PageParts, "token" | "clock">,
): void {
  if (session !== undefined && isSessionValid(session, token, clock.now())) return;
  throw new Refusal("login_needed", "You are not signed in here, or not any more.");
}

/**
 * A JSON route is for this page's own script. A page of another port of this machine counts as the same site, so
 * its requests carry the cookie; the browser says where they come from.
 *
 * @throws Refusal `cross_site`
 */
export function verifySameOriginFetch(request: Request): void {
  const site = request.headers.get("sec-fetch-site");
  if (site === null || site === "same-origin" || site === "none") return;
  throw new Refusal("cross_site", "This request comes from another page.");
}

/**
 * Reads the body of a request that changes something, after everything that can say no about it. The cookie was
 * asked for before. What can be sent once is spent here, whatever becomes of the request.
 *
 * @throws Refusal `origin_refused`, `not_json`, `too_large`, `action_spent`
 */
export async function readChange(
  request: Request,
  actions: Pick<Actions, "spend">,
  maxBytes = MAX_BODY_BYTES,
): Promise<unknown> {
  verifyOrigin(request);
  const type = request.headers.get("content-type") ?? "";
  // Anything else can be sent by a form of another page without asking first.
  if (!/^application\/json\s*(?:;|$)/i.test(type))
    throw new Refusal("not_json", "Expected application/json.");
  const bytes = await readBounded(request, maxBytes);
  if (!actions.spend(request.headers.get("x-action") ?? "")) {
    throw new Refusal(
      "action_spent",
      "This was sent before, or too long ago. Reload the page and try again.",
    );
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // The parser's words quote what was sent; these are enough.
    throw new Refusal("not_json", "The body is not JSON.");
  }
}

function verifyOrigin(request: Request): void {
  const host = request.headers.get("host") ?? "";
  const origin = request.headers.get("origin");
  if (origin === `http://${host}` || origin === `https://${host}`) return;
  throw new Refusal("origin_refused", "This request comes from another page.");
}

/** Counted while it comes: the length that a sender names is only what it says. */
async function readBounded(request: Request, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let received = 0;
  for await (const chunk of request.body ?? []) {
    received += chunk.byteLength;
    if (received > maxBytes) throw new Refusal("too_large", `At most ${maxBytes} bytes are read.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
