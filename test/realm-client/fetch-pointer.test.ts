import { describe, expect, test } from "bun:test";
import { createRealmClient } from "../../lib/realm-client/client.ts";
import { startRealmServer } from "../support/realm-server.ts";
import { acme, fetchPointer, realmJson, refusal, refusalBy, row } from "./support.ts";

describe("the one-file forms", () => {
  test("realm.json gives its rows, its name, its number and a validator", async () => {
    await using server = await startRealmServer({ "realm.json": realmJson({ notice: "moves in May" }) });

    const fetched = await fetchPointer(server);

    expect(fetched).toEqual({
      kind: "one-file",
      katas: [row()],
      seq: 7,
      name: "Acme katas",
      notice: "moves in May",
      validator: { path: "realm.json", etag: expect.stringMatching(/^"[0-9a-f]{32}"$/) },
    });
    await server.allClosed();
  });

  test("a realm below a folder, with a slash at the end of its url, is read from that folder", async () => {
    await using server = await startRealmServer({ "team/v1/realm.json": realmJson() });

    const fetched = await fetchPointer(server, {}, acme({ url: `${server.url}/team/v1/` }));

    expect(fetched.kind).toBe("one-file");
    expect(server.requests.map(({ path }) => path)).toEqual(["/team/v1/realm.json"]);
  });

  test("index.json counts where there is no realm.json", async () => {
    await using server = await startRealmServer({ "index.json": { katas: [row()] } });

    const fetched = await fetchPointer(server);

    expect(fetched).toMatchObject({ kind: "one-file", katas: [row()], validator: { path: "index.json" } });
    expect(server.requests.map(({ path }) => path)).toEqual(["/realm.json", "/index.json"]);
    await server.allClosed();
  });

  test("index.json is not asked for where realm.json exists", async () => {
    await using server = await startRealmServer({ "realm.json": realmJson(), "index.json": { katas: [] } });

    const fetched = await fetchPointer(server);

    expect(fetched).toMatchObject({ katas: [row()] });
    expect(server.requests).toHaveLength(1);
  });

  test("a realm.json that fails does not let index.json stand in for it", async () => {
    await using server = await startRealmServer({ "index.json": { katas: [row()] } });
    server.misbehave("realm.json", { kind: "status", status: 500 });

    await refusalBy(server, fetchPointer(server), "http_status");

    expect(server.requests).toHaveLength(1);
  });

  test("neither file there is not_found, also where the server says gone", async () => {
    await using server = await startRealmServer({}, { "index.json": { kind: "status", status: 410 } });

    await refusalBy(server, fetchPointer(server), "not_found");
  });

  test("a gzipped pointer is inflated", async () => {
    await using server = await startRealmServer(
      { "realm.json": realmJson() },
      { "realm.json": { kind: "gzip" } },
    );

    const fetched = await fetchPointer(server);

    expect(fetched).toMatchObject({ katas: [row()] });
    expect(server.requests[0]?.headers).toMatchObject({ "accept-encoding": "gzip" });
  });

  test("the request names its program", async () => {
    await using server = await startRealmServer({ "realm.json": realmJson() });

    await fetchPointer(server, { userAgent: "ronin-realms/9" });

    expect(server.requests[0]?.headers["user-agent"]).toBe("ronin-realms/9");
  });
});

describe("what is no pointer", () => {
  test("a login page with status 200 is not_json", async () => {
    await using server = await startRealmServer({}, { "*": { kind: "captive-portal" } });

    await refusalBy(server, fetchPointer(server), "not_json");
  });

  test("a good document that is called text/html is not_json", async () => {
    await using server = await startRealmServer({ "realm.json": realmJson() });
    server.misbehave("realm.json", {
      kind: "headers",
      headers: { "content-type": "Text/HTML; charset=utf-8" },
    });

    await refusalBy(server, fetchPointer(server), "not_json");
  });

  test("a page without a content type, full of braces, is not_json", async () => {
    await using server = await startRealmServer({ "realm.json": `\n<script>${"{".repeat(50)}</script>` });
    server.misbehave("realm.json", { kind: "headers", headers: {} });

    await refusalBy(server, fetchPointer(server), "not_json");
  });

  test("an empty 200 is not_json and no empty realm", async () => {
    await using server = await startRealmServer({}, { "realm.json": { kind: "empty" } });

    await refusalBy(server, fetchPointer(server), "not_json");
  });
});

describe("validators", () => {
  test.each([['"strong"'], ['W/"weak"']])(
    "the entity tag %s is sent back as it is and 304 is unchanged",
    async (etag) => {
      await using server = await startRealmServer(
        { "realm.json": realmJson() },
        { "realm.json": { kind: "etag", etag } },
      );
      const client = createRealmClient();
      const first = await client.fetchPointer(acme(server), {});
      if (first.kind !== "one-file") throw new Error("expected an index");

      const second = await client.fetchPointer(acme(server), first.validator);

      expect(first.validator).toEqual({ path: "realm.json", etag });
      expect(second).toEqual({ kind: "unchanged" });
      expect(server.requests.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, etag]);
      await server.allClosed();
    },
  );

  test("a server that ignores If-None-Match sends the index again", async () => {
    await using server = await startRealmServer(
      { "realm.json": realmJson() },
      { "realm.json": { kind: "etag", etag: '"a"', ignores: true } },
    );

    const fetched = await createRealmClient().fetchPointer(acme(server), { path: "realm.json", etag: '"a"' });

    expect(fetched).toMatchObject({ kind: "one-file", katas: [row()] });
    expect(server.requests[0]?.headers["if-none-match"]).toBe('"a"');
  });

  test("a changed file is fetched anew", async () => {
    await using server = await startRealmServer({ "realm.json": realmJson() });
    const client = createRealmClient();
    const first = await client.fetchPointer(acme(server), {});
    server.set("realm.json", realmJson({ seq: 8 }));

    const second = await client.fetchPointer(acme(server), first.kind === "one-file" ? first.validator : {});

    expect(second).toMatchObject({ kind: "one-file", seq: 8 });
  });

  test("the tag of index.json is sent for index.json only", async () => {
    await using server = await startRealmServer({ "index.json": { katas: [] } });
    const client = createRealmClient();
    const first = await client.fetchPointer(acme(server), {});
    server.requests.length = 0;

    const second = await client.fetchPointer(acme(server), first.kind === "one-file" ? first.validator : {});

    expect(second).toEqual({ kind: "unchanged" });
    expect(server.requests.map(({ path, headers }) => [path, "if-none-match" in headers])).toEqual([
      ["/realm.json", false],
      ["/index.json", true],
    ]);
  });

  test("304 without a tag of ours is http_status", async () => {
    await using server = await startRealmServer({}, { "realm.json": { kind: "status", status: 304 } });

    await refusalBy(server, fetchPointer(server), "http_status");
  });

  test.each([["unquoted"], [`"${"x".repeat(300)}"`], ['w/"a"'], ['"in"side"']])(
    "the malformed tag %s is not kept",
    async (etag) => {
      await using server = await startRealmServer(
        { "realm.json": realmJson() },
        { "realm.json": { kind: "etag", etag } },
      );

      const fetched = await fetchPointer(server);

      expect(fetched).toMatchObject({ validator: { path: "realm.json" } });
      expect(fetched).not.toHaveProperty("validator.etag");
    },
  );

  test("a malformed stored tag is not sent", async () => {
    await using server = await startRealmServer({ "realm.json": realmJson() });

    await createRealmClient().fetchPointer(acme(server), { path: "realm.json", etag: 'a"\r\nx-evil: 1' });

    expect(server.requests[0]?.headers).not.toHaveProperty("if-none-match");
    expect(server.requests[0]?.headers).not.toHaveProperty("x-evil");
  });

  test("a realm that was pinned since cannot keep its unsigned index alive with 304", async () => {
    await using server = await startRealmServer(
      { "realm.json": realmJson() },
      { "realm.json": { kind: "etag", etag: '"a"' } },
    );
    const pinned = acme(server, { root: "c".repeat(64) });

    const work = createRealmClient().fetchPointer(pinned, { path: "realm.json", etag: '"a"' });

    await refusalBy(server, work, "signature_required");
  });
});

describe("statuses", () => {
  test.each([[204], [206], [300], [401], [403], [500], [503]])("status %d is http_status", async (status) => {
    await using server = await startRealmServer({}, { "realm.json": { kind: "status", status } });

    const error = await refusalBy(server, fetchPointer(server), "http_status");

    expect(error.message).toContain(String(status));
    expect(error.retryAfterMs).toBeUndefined();
  });

  test.each([[429], [503]])("status %d with Retry-After in seconds says how long to wait", async (status) => {
    await using server = await startRealmServer();
    server.misbehave("*", { kind: "status", status, headers: { "retry-after": "120" } });

    const error = await refusalBy(server, fetchPointer(server), "http_status");

    expect(error.retryAfterMs).toBe(120_000);
  });

  test("a Retry-After date is measured from the client's clock", async () => {
    await using server = await startRealmServer();
    server.misbehave("*", {
      kind: "status",
      status: 503,
      headers: { "retry-after": "Sun, 22 Nov 2026 06:00:30 GMT" },
    });
    const clock = { now: () => Date.parse("2026-11-22T06:00:00Z") };

    const error = await refusalBy(server, fetchPointer(server, { clock }), "http_status");

    expect(error.retryAfterMs).toBe(30_000);
  });

  test("Retry-After of another status is not heeded", async () => {
    await using server = await startRealmServer();
    server.misbehave("*", { kind: "status", status: 500, headers: { "retry-after": "120" } });

    const error = await refusalBy(server, fetchPointer(server), "http_status");

    expect(error.retryAfterMs).toBeUndefined();
  });
});

describe("addresses", () => {
  test.each([
    ["ftp://realm.example/v1"],
    ["file:///etc"],
    ["https://user:pass@realm.example/v1"],
    ["https://realm.example/v1?x=1"],
    ["http://realm.example/v1"],
    ["realm.example"],
    [""],
  ])("the url %p is invalid_url and nothing is sent", async (url) => {
    const client = createRealmClient({ fetch: () => Promise.reject(new Error("nothing may be sent")) });

    const error = await refusal(client.fetchPointer({ id: "acme", url }, {}), "invalid_url");

    expect(error.message).not.toContain("pass");
  });

  test("a key that no header can carry is credentials_missing and is not repeated", async () => {
    const client = createRealmClient({ fetch: () => Promise.reject(new Error("nothing may be sent")) });
    const realm = { id: "acme", url: "https://realm.example", apiKey: "hunter2\n" };

    const error = await refusal(client.fetchPointer(realm, {}), "credentials_missing");

    expect(Bun.inspect(error)).not.toContain("hunter2");
  });
});
