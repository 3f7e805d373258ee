import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { createSession, SESSION_TTL_MS } from "../../lib/trust/page-session.ts";
import type { ProposalView } from "../../lib/web/view-models.ts";
import { read } from "../support/install-world.ts";
import { type PageWorld, problemOf, startPageWorld } from "./page-world.ts";

let world: PageWorld;
let id: string;
let approval: { version: string; planHash: string | undefined };
beforeAll(async () => {
  world = await startPageWorld({ realms: { page: { hosts: ["ronin.lan"] } } });
  id = await world.propose();
  const view = await world.json<ProposalView>(`/dojo/api/proposals/${id}`);
  const planHash = view.versions.find(({ version }) => version === "v1")?.hashes?.plan ?? undefined;
  approval = { version: "v1", planHash };
});
afterAll(() => world.stop());

let decidedBefore: number;
const decided = () =>
  read(world.databasePath, "SELECT 1 FROM kata_install_requests WHERE status <> 'pending'").length;
beforeEach(() => {
  decidedBefore = decided();
});
const expectNothingDecided = () => expect(decided()).toBe(decidedBefore);
const approve = (headers: Record<string, string>, body: unknown = approval) =>
  world.post(`/dojo/api/proposals/${id}/approve`, body, headers);

/** `fetch` sets Host itself; this sends what it is given. */
function askAs(host: string, path: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((answered, failed) => {
    const options = { host: "127.0.0.1", port: world.host.port, path, headers: { ...headers, host } };
    httpRequest(options, (response) => {
      response.resume();
      answered(response.statusCode ?? 0);
    })
      .on("error", failed)
      .end();
  });
}

describe("the token", () => {
  test("lies in a file that only the user can read", () => {
    expect(statSync(join(world.home, "state/page.token")).mode & 0o777).toBe(0o600);
    expect(world.token).toMatch(/^[0-9a-f]{64}$/);
  });

  test("is exchanged for a cookie that no script and no other site gets, and leaves the address", async () => {
    const answer = await fetch(`${world.host.url}/dojo?token=${world.token}`, { redirect: "manual" });
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe("/dojo");
    expect(answer.headers.get("set-cookie")).toMatch(
      /^ronin_dojo=\d+\.[0-9a-f]{64}; Path=\/dojo; Max-Age=\d+; HttpOnly; SameSite=Strict$/,
    );
    expect(answer.headers.get("set-cookie")).not.toContain(world.token);
    expect(await answer.text()).toBe("");
  });

  test("that is wrong opens nothing, and few wrong ones are answered at once", async () => {
    const wrong = `${world.token.slice(0, -1)}${world.token.endsWith("0") ? "1" : "0"}`;
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => fetch(`${world.host.url}/dojo?token=${wrong}`, { redirect: "manual" })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([401, 401, 401, 401, 429, 429]);
    expect(answers.every(({ headers }) => headers.get("set-cookie") === null)).toBe(true);
  });
});

describe("without the cookie", () => {
  test.each(["/dojo", "/dojo/realms", `/dojo/proposals/x`])(
    "%s says where the link is, and nothing else",
    async (path) => {
      const answer = await world.ask(path, { headers: { cookie: "" } });
      expect(answer.status).toBe(401);
      const text = await answer.text();
      expect(text).not.toContain(world.token);
      expect(text).not.toContain("finance.subscriptions");
    },
  );

  test.each(["proposals", "realms", "history", "search?text=a", "action", "live"])(
    "the route %s is closed",
    async (route) => {
      const answer = await world.ask(`/dojo/api/${route}`, { headers: { cookie: "" } });
      expect(await problemOf(answer)).toEqual({ status: 401, code: "login_needed" });
    },
  );

  test("nothing can be approved", async () => {
    const answer = await approve({ cookie: "" });
    expect(await problemOf(answer)).toEqual({ status: 401, code: "login_needed" });
    expectNothingDecided();
  });

  test("made with another token is none", async () => {
    const cookie = `ronin_dojo=${createSession("0".repeat(64), Date.now())}`;
    expect((await world.ask("/dojo", { headers: { cookie } })).status).toBe(401);
  });

  test("one that has expired is none", async () => {
    const cookie = `ronin_dojo=${createSession(world.token, Date.now() - SESSION_TTL_MS - 1)}`;
    expect((await world.ask("/dojo", { headers: { cookie } })).status).toBe(401);
    const good = `ronin_dojo=${createSession(world.token, Date.now() - SESSION_TTL_MS + 60_000)}`;
    expect((await world.ask("/dojo", { headers: { cookie: good } })).status).toBe(200);
  });
});

describe("a request under another name", () => {
  test.each(["evil.example", "127.0.0.1.evil.example:3000", "localhost.evil.example", "[::2]"])(
    "%p is refused, with cookie and token",
    async (host) => {
      const headers = { cookie: world.cookie };
      expect(await askAs(host, "/dojo", headers)).toBe(403);
      expect(await askAs(host, `/dojo?token=${world.token}`)).toBe(403);
      expect(await askAs(host, "/dojo/api/proposals", headers)).toBe(403);
    },
  );

  test.each(["127.0.0.1", "localhost:3000", "LOCALHOST", "[::1]:3000", "ronin.lan:3000"])(
    "%p is this machine's or allowed",
    async (host) => {
      expect(await askAs(host, "/dojo", { cookie: world.cookie })).toBe(200);
    },
  );

  test("that was rebound to this machine approves nothing", async () => {
    const action = await world.draw();
    const headers = { host: "evil.example", origin: "http://evil.example", "x-action": action };
    const answer = await approve(headers);
    expect(await problemOf(answer)).toEqual({ status: 403, code: "host_refused" });
    expectNothingDecided();
  });
});

describe("an approval", () => {
  test.each([
    ["another site", "https://evil.example"],
    ["another port of this machine", "http://127.0.0.1:1"],
    ["a sandboxed page", "null"],
    ["nowhere", ""],
  ])("posted from %s is refused", async (_from, origin) => {
    expect(await problemOf(await approve({ origin }))).toEqual({ status: 403, code: "origin_refused" });
    expectNothingDecided();
  });

  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
  ])("sent as %s, as a form can, is refused", async (type) => {
    expect(await problemOf(await approve({ "content-type": type }))).toEqual({
      status: 415,
      code: "not_json",
    });
    expectNothingDecided();
  });

  test("that the browser says comes from another page is refused", async () => {
    for (const site of ["cross-site", "same-site"]) {
      const answer = await approve({ "sec-fetch-site": site, "x-action": await world.draw() });
      expect(await problemOf(answer)).toEqual({ status: 403, code: "cross_site" });
    }
    expectNothingDecided();
  });

  test("of more bytes than any approval has is refused", async () => {
    const answer = await approve({}, { ...approval, ballast: "x".repeat(17 * 1024) });
    expect(await problemOf(answer)).toEqual({ status: 413, code: "too_large" });
    expectNothingDecided();
  });

  test("that is no JSON is refused", async () => {
    expect(await problemOf(await approve({}, "{"))).toEqual({ status: 415, code: "not_json" });
    expect(await problemOf(await approve({}, [1]))).toEqual({ status: 400, code: "invalid_input" });
    expectNothingDecided();
  });

  test("without an action that was drawn for it is refused", async () => {
    for (const action of ["", "0".repeat(32)]) {
      expect(await problemOf(await approve({ "x-action": action }))).toEqual({
        status: 409,
        code: "action_spent",
      });
    }
    expectNothingDecided();
  });

  test("sent twice decides once", async () => {
    const action = await world.draw();
    const first = await approve({ "x-action": action }, { ...approval, planHash: "0".repeat(64) });
    expect(await problemOf(first)).toEqual({ status: 409, code: "offer_changed" });
    const second = await approve({ "x-action": action });
    expect(await problemOf(second)).toEqual({ status: 409, code: "action_spent" });
    expectNothingDecided();
  });

  test("asked for with GET is no route", async () => {
    expect((await world.ask(`/dojo/api/proposals/${id}/approve`)).status).toBe(404);
  });

  // Last: the very same request with everything in its place.
  test("with everything in its place is taken", async () => {
    expect((await approve({})).status).toBe(202);
    expect(decided()).toBe(decidedBefore + 1);
  });
});

describe("every answer", () => {
  test.each(["/dojo", "/dojo/browse", "/dojo/api/proposals", "/dojo/nothing", "/dojo?token=0"])(
    "to %s forbids whatever is not the page's own",
    async (path) => {
      const { headers } = await world.ask(path);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toStartWith("default-src 'none'; script-src 'sha256-");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(Object.fromEntries(headers)).toMatchObject({
        "cache-control": "no-store",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
      });
      expect(headers.get("access-control-allow-origin")).toBeNull();
    },
  );

  test("names the hashes of the one style and the one script that the document holds", async () => {
    const answer = await world.ask("/dojo");
    const policy = answer.headers.get("content-security-policy");
    const text = await answer.text();
    for (const tag of ["style", "script"]) {
      const [inline, ...more] = [...text.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, "g"))];
      expect(more).toEqual([]);
      const hash = new Bun.CryptoHasher("sha256").update(inline?.[1] ?? "").digest("base64");
      expect(policy).toContain(`${tag}-src 'sha256-${hash}'`);
    }
  });
});
