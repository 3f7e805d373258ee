import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunningRonin } from "./running-ronin.ts";

/** A browser that opened the page by its link. */
export interface SignedIn {
  /** What the link was answered with. */
  status: number;
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** A change as the page's script sends it, but for the headers that are given. */
  change(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
}

export async function signIn({ home, port }: RunningRonin): Promise<SignedIn> {
  const origin = `http://127.0.0.1:${port}`;
  const token = readFileSync(join(home, ".ronin/realms/page.token"), "latin1");
  const login = await fetch(`${origin}/dojo?token=${token}`, { redirect: "manual" });
  const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
  const ask: SignedIn["ask"] = (path, init = {}) =>
    fetch(`${origin}${path}`, { ...init, headers: { cookie, origin, ...init.headers } });
  return {
    status: login.status,
    ask,
    async change(path, body, headers = {}) {
      const { token: action } = (await (await ask("/dojo/api/action")).json()) as { token: string };
      const all = { "content-type": "application/json", "x-action": action, ...headers };
      return await ask(path, { method: "POST", body: JSON.stringify(body), headers: all });
    },
  };
}
