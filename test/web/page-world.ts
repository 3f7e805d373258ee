import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type PackWorld, startPackWorld } from "../support/pack-world.ts";

/** The pack in an embedded host that serves HTTP, and a browser that is signed in there. */
export interface PageWorld extends PackWorld {
  token: string;
  cookie: string;
  /** A request as the signed-in page makes it, but for what `init` changes. A header set to "" is left out. */
  ask(path: string, init?: RequestInit & { headers?: Record<string, string> }): Promise<Response>;
  json<Body>(path: string): Promise<Body>;
  draw(): Promise<string>;
  /** A change as the page's script sends it; `headers` changes what it sends. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Lets an agent miss a capability and returns the id of what is proposed. */
  propose(): Promise<string>;
}

export const NEED = "I need to track all recurring subscriptions";

export async function startPageWorld(options: Parameters<typeof startPackWorld>[0] = {}): Promise<PageWorld> {
  const world = await startPackWorld({ http: true, ...options });
  const { url } = world.host;
  // The first request has the pack open its database, and with it the token.
  await fetch(`${url}/dojo`);
  const token = readFileSync(join(world.home, "state/page.token"), "latin1");
  const login = await fetch(`${url}/dojo?token=${token}`, { redirect: "manual" });
  const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";

  const ask: PageWorld["ask"] = (path, init = {}) => {
    const given = { cookie, "sec-fetch-site": "same-origin", ...init.headers };
    const headers = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
    return fetch(`${url}${path}`, { redirect: "manual", ...init, headers });
  };
  const json = async <Body>(path: string) => (await (await ask(path)).json()) as Body;
  const draw = async () => (await json<{ token: string }>("/dojo/api/action")).token;
  return {
    ...world,
    token,
    cookie,
    ask,
    json,
    draw,
    async post(path, body, headers = {}) {
      const action = headers["x-action"] ?? (await draw());
      return ask(path, {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
        headers: { origin: url, "content-type": "application/json", "x-action": action, ...headers },
      });
    },
    async propose() {
      await world.sync();
      world.emit("capability.missing", { intent: NEED });
      return (await world.seen("kata.install_proposed")).proposalId;
    },
  };
}

export async function problemOf(response: Response): Promise<{ status: number; code: string }> {
  const body = (await response.json()) as { error?: { code?: string } };
  return { status: response.status, code: body.error?.code ?? "" };
}

/** Asks again until it holds. Fails after five seconds. */
export async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; waitedMs < 5000; waitedMs += 20) {
    if (await holds()) return;
    await Bun.sleep(20);
  }
  throw new Error("it did not come to hold");
}
