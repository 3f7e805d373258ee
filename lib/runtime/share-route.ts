import { isIP } from "node:net";
import { messageOf } from "../errors.ts";
import type { HostHttp } from "../host.ts";
import type { Log } from "../log.ts";
import { hostNameOf } from "../model/host-name.ts";
import { isLoopbackHost } from "../model/realm.ts";
import type { SharedFolder, SharedState } from "../publish/share-folder.ts";
import type { ShareSettings } from "./settings.ts";

/** Where another Ronin finds the realm; with `http://` and this machine before it, the realm's url. */
export const SHARE_PATH = "/realms/v1/";

interface ShareDeps {
  log: Log;
  /** Loaded only where something is shared. */
  load: () => Promise<{ shareFolder(folder: string): SharedFolder }>;
}

/**
 * Serves a signed realm's folder below {@link SHARE_PATH}, to everybody who reaches the host's port and without any
 * login: what is in it is public there. It only reads. The host takes no route back, so one that was closed stays
 * and serves nothing; a new one replaces it.
 */
export function serveShare(
  http: HostHttp,
  { folder, hosts }: ShareSettings,
  { log, load }: ShareDeps,
): { announce(): Promise<void>; close(): void } {
  let isClosed = false;
  let shared: Promise<SharedFolder> | undefined;
  let said = "";
  const open = (): Promise<SharedFolder> => {
    shared ??= load().then(({ shareFolder }) => shareFolder(folder));
    return shared;
  };
  /** Anybody may ask as often as they like; what is so is said once. */
  const say = (level: "info" | "warn" | "error", words: string): void => {
    if (words === said) return;
    said = words;
    log[level](words);
  };
  const look = async (): Promise<SharedFolder> => {
    const found = await open();
    const state = found.look();
    say(state.kind === "served" ? "info" : "warn", toWords(state));
    return found;
  };
  const sayBroken = (error: unknown): void => say("error", `nothing can be shared: ${messageOf(error)}`);

  http.registerRoute(SHARE_PATH, async (request) => {
    if (isClosed) return notFound();
    if (!isHostAllowed(request, hosts)) {
      return new Response("Not served under this host name.\n", { status: 403 });
    }
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(SHARE_PATH)) return notFound();
    try {
      const found = await look();
      return withStrictHeaders(await found.answer(request, pathname.slice(SHARE_PATH.length)));
    } catch (error) {
      // The host would send the error's text to whoever asked.
      sayBroken(error);
      return new Response("Cannot be served now.\n", { status: 500 });
    }
  });
  return {
    async announce() {
      await look().catch(sayBroken);
    },
    close() {
      isClosed = true;
    },
  };
}

/**
 * A page elsewhere can have its own name rebound to this address and then read what is served here, through the
 * browser of whoever looks at it. An address is no name, and nobody can rebind it.
 */
function isHostAllowed(request: Request, hosts: readonly string[]): boolean {
  const name = hostNameOf(request.headers.get("host"));
  return isLoopbackHost(name) || isIP(name.replace(/^\[(.*)\]$/, "$1")) !== 0 || hosts.includes(name);
}

/** A realm is data for programs: no other site's page may make use of it, and nothing in it runs in a browser. */
function withStrictHeaders(response: Response): Response {
  response.headers.set("cross-origin-resource-policy", "same-origin");
  response.headers.set("content-security-policy", "default-src 'none'; sandbox");
  return response;
}

function notFound(): Response {
  return new Response("Not found\n", { status: 404 });
}

function toWords(state: SharedState): string {
  return state.kind === "served"
    ? `sharing a realm at ${SHARE_PATH}; who follows it pins its root ${state.fingerprint}`
    : `nothing is shared at ${SHARE_PATH}: ${state.reason}`;
}
