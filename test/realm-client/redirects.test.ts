import { describe, expect, test } from "bun:test";
import { createRealmClient } from "../../lib/realm-client/client.ts";
import { decideRedirect } from "../../lib/realm-client/redirects.ts";
import { startRealmServer } from "../support/realm-server.ts";
import { acme, fetchPointer, realmJson, refusalBy, resolveFrom, routeTo, row } from "./support.ts";

describe("where a redirect leads, by its address alone", () => {
  const refusals: [from: string, location: string | null, reason: string][] = [
    ["https://a.example/realm.json", null, "names no address"],
    ["https://a.example/realm.json", "", "names no address"],
    ["https://a.example/realm.json", "https://", "no valid address"],
    ["https://a.example/realm.json", "file:///etc/passwd", "leads to file:"],
    ["https://a.example/realm.json", "data:application/json,{}", "leads to data:"],
    ["https://a.example/realm.json", "s3://bucket/key", "leads to s3:"],
    ["https://a.example/realm.json", "ftp://a.example/", "leads to ftp:"],
    ["https://a.example/realm.json", "javascript:1", "leads to javascript:"],
    ["https://a.example/realm.json", "https://user:pass@a.example/", "credentials"],
    ["https://a.example/realm.json", "https://user@a.example/", "credentials"],
    ["https://a.example/realm.json", "http://a.example/", "https: to http:"],
    ["https://a.example/realm.json", "http://127.0.0.1/", "https: to http:"],
    ["http://127.0.0.1/realm.json", "http://a.example/", "plain http: on another machine"],
    ["http://127.0.0.1/realm.json", "http://10.0.0.1/", "plain http: on another machine"],
  ];

  test.each(refusals)("from %s to %p is refused", (from, location, reason) => {
    const decision = decideRedirect({ url: new URL(from), carriesKey: true }, location, false);

    expect(decision).toEqual({ kind: "refuse", reason: expect.stringContaining(reason) });
    expect(JSON.stringify(decision)).not.toContain("pass");
  });

  const follows: [from: string, location: string, to: string, carriesKey: boolean][] = [
    ["https://a.example/v1/realm.json", "/v2/realm.json", "https://a.example/v2/realm.json", true],
    ["https://a.example/v1/realm.json", "other.json", "https://a.example/v1/other.json", true],
    ["https://a.example/realm.json", "https://a.example:443/x", "https://a.example/x", true],
    ["https://a.example/realm.json", "https://a.example:8443/x", "https://a.example:8443/x", false],
    ["https://a.example/realm.json", "//b.example/x", "https://b.example/x", false],
    ["https://a.example/realm.json", "https://sub.a.example/x", "https://sub.a.example/x", false],
    ["http://localhost/realm.json", "https://localhost/x", "https://localhost/x", false],
    ["http://127.0.0.1:1/realm.json", "http://127.0.0.1:2/x", "http://127.0.0.1:2/x", false],
  ];

  test.each(follows)("from %s to %p is followed", (from, location, to, carriesKey) => {
    const decision = decideRedirect({ url: new URL(from), carriesKey: true }, location, false);

    if (decision.kind !== "follow") throw new Error(decision.reason);
    expect([decision.hop.url.href, decision.hop.carriesKey]).toEqual([to, carriesKey]);
  });

  test("a pinned realm on plain http: may redirect within http:", () => {
    const from = { url: new URL("http://a.example/realm.json"), carriesKey: true };

    expect(decideRedirect(from, "http://b.example/x", true)).toMatchObject({ kind: "follow" });
  });

  test("the key does not come back with the chain", () => {
    const from = { url: new URL("https://a.example/realm.json"), carriesKey: false };

    expect(decideRedirect(from, "https://a.example/x", false)).toMatchObject({ hop: { carriesKey: false } });
  });
});

describe("chains", () => {
  test("three redirects are followed", async () => {
    await using server = await startRealmServer({ "3": realmJson() });
    server.misbehave("realm.json", { kind: "redirect", to: "/1", status: 301 });
    server.misbehave("1", { kind: "redirect", to: "/2", status: 307 });
    server.misbehave("2", { kind: "redirect", to: "/3", status: 308 });

    const fetched = await fetchPointer(server);

    expect(fetched).toMatchObject({ katas: [row()], validator: { path: "realm.json" } });
    expect(server.requests.map(({ path }) => path)).toEqual(["/realm.json", "/1", "/2", "/3"]);
    await server.allClosed();
  });

  test("the fourth redirect is refused, though it leads to a good file", async () => {
    await using server = await startRealmServer({ "4": realmJson() });
    for (const [from, to] of [
      ["realm.json", "/1"],
      ["1", "/2"],
      ["2", "/3"],
      ["3", "/4"],
    ] as const) {
      server.misbehave(from, { kind: "redirect", to });
    }

    await refusalBy(server, fetchPointer(server), "redirect_refused");

    expect(server.requests.map(({ path }) => path)).toEqual(["/realm.json", "/1", "/2", "/3"]);
  });

  test("a loop is refused after three rounds", async () => {
    await using server = await startRealmServer({}, { "*": { kind: "redirect-loop" } });

    await refusalBy(server, fetchPointer(server), "redirect_refused");

    expect(server.requests).toHaveLength(4);
  });

  test("a redirect without a target is refused", async () => {
    await using server = await startRealmServer({}, { "realm.json": { kind: "redirect-nowhere" } });

    await refusalBy(server, fetchPointer(server), "redirect_refused");
  });

  test.each([["file:///etc/hostname"], ["data:application/json,{%22format%22:1,%22katas%22:[]}"]])(
    "a redirect to %s is refused and not opened",
    async (to) => {
      await using server = await startRealmServer({}, { "realm.json": { kind: "redirect", to } });

      await refusalBy(server, fetchPointer(server), "redirect_refused");
    },
  );

  test("a redirect from https: to http: is refused and not sent", async () => {
    await using realm = await startRealmServer();
    await using other = await startRealmServer({ "realm.json": realmJson() });
    realm.misbehave("*", { kind: "redirect", to: `${other.url}/realm.json` });
    const client = createRealmClient({
      fetch: routeTo({ "realm.example": realm, [`127.0.0.1:${other.port}`]: other }),
      // Only the protocol can say no here: the zones would let a loopback host redirect to loopback.
      resolveHost: resolveFrom({ "realm.example": ["127.0.0.1"] }),
    });

    await refusalBy(
      realm,
      client.fetchPointer({ id: "acme", url: "https://realm.example" }, {}),
      "redirect_refused",
    );

    expect(other.requests).toEqual([]);
  });

  test("a realm on loopback may redirect to loopback", async () => {
    await using other = await startRealmServer({ "x.json": realmJson() });
    await using realm = await startRealmServer();
    realm.misbehave("realm.json", { kind: "redirect", to: `http://localhost:${other.port}/x.json` });
    const resolveHost = resolveFrom({ localhost: ["127.0.0.1"] });

    const fetched = await fetchPointer(realm, { resolveHost });

    expect(fetched).toMatchObject({ katas: [row()] });
    await other.allClosed();
  });
});

describe("the zones of names", () => {
  const hosts = (realm: { url: string }, other: { url: string }) =>
    routeTo({ "realm.example": realm, "other.example": other, "10.0.0.1": other });
  const realmAt = { id: "acme", url: "https://realm.example" };

  test.each([
    ["a private address", "https://10.0.0.1/x.json", []],
    ["a name with a private address", "https://other.example/x.json", ["10.0.0.1"]],
    ["a name with a link-local address", "https://other.example/x.json", ["169.254.169.254"]],
    ["a name with the unspecified address", "https://other.example/x.json", ["0.0.0.0"]],
    ["a name with one loopback address of two", "https://other.example/x.json", ["93.184.216.35", "::1"]],
  ])("a public realm's redirect to %s is refused and not sent", async (_what, to, addresses) => {
    await using other = await startRealmServer({ "x.json": realmJson() });
    await using realm = await startRealmServer({}, { "realm.json": { kind: "redirect", to } });
    const resolveHost = resolveFrom({ "realm.example": ["93.184.216.34"], "other.example": addresses });

    const work = createRealmClient({ fetch: hosts(realm, other), resolveHost }).fetchPointer(realmAt, {});

    await refusalBy(realm, work, "redirect_refused");
    expect(other.requests).toEqual([]);
  });

  test("a public realm's redirect to a public name is followed", async () => {
    await using other = await startRealmServer({ "x.json": realmJson() });
    await using realm = await startRealmServer();
    realm.misbehave("realm.json", { kind: "redirect", to: "https://other.example/x.json" });
    const resolveHost = resolveFrom({ "other.example": ["93.184.216.35"] });

    const fetched = await createRealmClient({ fetch: hosts(realm, other), resolveHost }).fetchPointer(
      realmAt,
      {},
    );

    expect(fetched).toMatchObject({ katas: [row()] });
  });

  test("a private realm's redirect within its network is followed", async () => {
    await using other = await startRealmServer({ "x.json": realmJson() });
    await using realm = await startRealmServer();
    realm.misbehave("realm.json", { kind: "redirect", to: "https://other.example/x.json" });
    const resolveHost = resolveFrom({ "realm.example": ["10.0.0.2"], "other.example": ["10.0.0.3"] });

    const fetched = await createRealmClient({ fetch: hosts(realm, other), resolveHost }).fetchPointer(
      realmAt,
      {},
    );

    expect(fetched).toMatchObject({ katas: [row()] });
  });

  test("a redirect within one host needs no look-up: behind a proxy there may be none", async () => {
    await using realm = await startRealmServer({ "x.json": realmJson() });
    realm.misbehave("realm.json", { kind: "redirect", to: "/x.json" });
    const client = createRealmClient({ fetch: hosts(realm, realm), resolveHost: resolveFrom({}) });

    expect(await client.fetchPointer(realmAt, {})).toMatchObject({ katas: [row()] });
  });

  test("a name that does not resolve is network", async () => {
    await using other = await startRealmServer({ "x.json": realmJson() });
    await using realm = await startRealmServer();
    realm.misbehave("realm.json", { kind: "redirect", to: "https://other.example/x.json" });
    const client = createRealmClient({ fetch: hosts(realm, other), resolveHost: resolveFrom({}) });

    const error = await refusalBy(realm, client.fetchPointer(realmAt, {}), "network");

    expect(error.message).toContain("ENOTFOUND");
    expect(other.requests).toEqual([]);
  });

  test("the system's resolver is asked where none is given", async () => {
    await using realm = await startRealmServer();
    realm.misbehave("realm.json", { kind: "redirect", to: "https://localhost/x.json" });

    await refusalBy(
      realm,
      createRealmClient({ fetch: routeTo({ "93.184.216.34": realm }) }).fetchPointer(
        acme({ url: "https://93.184.216.34" }),
        {},
      ),
      "redirect_refused",
    );
  });
});
