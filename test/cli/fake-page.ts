import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readOrCreatePageToken } from "../../lib/runtime/page-token.ts";
import { pageTokenPath } from "../../lib/runtime/paths.ts";
import { type Ran, runHere } from "../support/run-here.ts";

export interface FakePage {
  /** What was changed: path and body. */
  posts: Array<{ path: string; body: unknown }>;
  run(args: readonly string[], typing?: string): Promise<Ran>;
  stop(): Promise<void>;
}

/**
 * A page that answers each path with what stands in the table, and lets no change in without cookie, action and
 * origin. For what a real host cannot be brought to say.
 */
export function startFakePage(answers: Record<string, unknown>): FakePage {
  const home = mkdtempSync(join(tmpdir(), "realms-page-"));
  const env = { RONIN_REALMS_HOME: home };
  const token = readOrCreatePageToken(pageTokenPath(env));
  const posts: FakePage["posts"] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      if (searchParams.get("token") === token) {
        const headers = { location: "/dojo", "set-cookie": "page=open; Path=/dojo; HttpOnly" };
        return new Response(null, { status: 303, headers });
      }
      if (request.headers.get("cookie") !== "page=open") return new Response("no", { status: 401 });
      if (pathname === "/dojo/api/action") return Response.json({ token: "one-time" });
      if (request.method === "POST") {
        const { headers } = request;
        const isOurs = headers.get("origin") === `http://${headers.get("host")}`;
        if (!isOurs || headers.get("x-action") !== "one-time") return new Response("no", { status: 403 });
        posts.push({ path: pathname, body: await request.json() });
      }
      const answer = answers[pathname];
      return answer === undefined ? new Response("no", { status: 404 }) : Response.json(answer);
    },
  });
  return {
    posts,
    run: (args, typing) =>
      runHere([...args, "--port", String(server.port)], { cwd: home, env, ...(typing && { typing }) }),
    async stop() {
      await server.stop(true);
      rmSync(home, { recursive: true, force: true });
    },
  };
}
