import { describe, expect, test } from "bun:test";
import { createRealmClient, type RealmClientOptions } from "../../lib/realm-client/client.ts";
import { type Behaviour, type RealmServer, startRealmServer } from "../support/realm-server.ts";
import { acme, realmJson, refusal } from "./support.ts";

const apiKey = "s3cr3t-k3y";
const sourceHash = "a".repeat(64);

const keysSeen = (server: RealmServer) =>
  server.requests.map(({ path, headers }) => [path, headers.authorization]);

describe("where the key goes", () => {
  test("to the realm's own origin, for the index and for sources, as a bearer token", async () => {
    await using server = await startRealmServer({
      "index.json": { katas: [] },
      [`katas/${sourceHash}.kata`]: "kata",
    });
    const client = createRealmClient();

    await client.fetchPointer(acme(server, { apiKey }), {});
    await client.fetchSource(acme(server, { apiKey }), sourceHash);

    expect(keysSeen(server)).toEqual([
      ["/realm.json", `Bearer ${apiKey}`],
      ["/index.json", `Bearer ${apiKey}`],
      [`/katas/${sourceHash}.kata`, `Bearer ${apiKey}`],
    ]);
  });

  test("along a redirect within the origin", async () => {
    await using server = await startRealmServer({ "x.json": realmJson() });
    server.misbehave("realm.json", { kind: "redirect", to: "/x.json" });

    await createRealmClient().fetchPointer(acme(server, { apiKey }), {});

    expect(keysSeen(server)).toEqual([
      ["/realm.json", `Bearer ${apiKey}`],
      ["/x.json", `Bearer ${apiKey}`],
    ]);
  });

  test("never to another origin, and not back to its own by way of another", async () => {
    await using realm = await startRealmServer({ "final.json": realmJson() });
    await using other = await startRealmServer();
    realm.misbehave("realm.json", { kind: "redirect", to: `${other.url}/hop.json` });
    other.misbehave("hop.json", { kind: "redirect", to: `${realm.url}/final.json` });

    await createRealmClient().fetchPointer(acme(realm, { apiKey }), {});

    expect(keysSeen(realm)).toEqual([
      ["/realm.json", `Bearer ${apiKey}`],
      ["/final.json", undefined],
    ]);
    expect(keysSeen(other)).toEqual([["/hop.json", undefined]]);
    expect(JSON.stringify(other.requests)).not.toContain(apiKey);
  });

  test("nowhere over plain http: to another machine, pinned or not", async () => {
    const client = createRealmClient({ fetch: () => Promise.reject(new Error("nothing may be sent")) });

    for (const root of [undefined, "c".repeat(64)]) {
      const realm = { id: "acme", url: "http://realm.example", apiKey, root };
      await refusal(client.fetchPointer(realm, {}), "invalid_url");
    }
  });
});

describe("what errors hold", () => {
  const failures: [name: string, behaviour: Behaviour, options: RealmClientOptions][] = [
    ["a refused key", { kind: "status", status: 401 }, {}],
    ["a missing file", { kind: "status", status: 404 }, {}],
    ["a refused connection", { kind: "hang-up" }, {}],
    ["a cut body", { kind: "cut", afterBytes: 3 }, {}],
    ["a redirect with credentials", { kind: "redirect", to: `https://x:${apiKey}@other.example/` }, {}],
    ["a timeout", { kind: "no-headers" }, { limits: { headersTimeoutMs: 20 } }],
    ["a page", { kind: "captive-portal" }, {}],
    ["a bad document", { kind: "headers", headers: { "content-type": `text/html; ${apiKey}` } }, {}],
    ["an unknown encoding", { kind: "headers", headers: { "content-encoding": "br" } }, {}],
    // Bun's own error for an answer that is no HTTP quotes the whole address.
    ["a malformed answer", { kind: "headers", headers: { "bad header\u0001 name": "x" } }, {}],
  ];

  test.each(failures)(
    "%s: no key and no full URL, in the causes neither",
    async (_name, behaviour, options) => {
      await using server = await startRealmServer(
        { "secret-folder/realm.json": realmJson() },
        { "*": behaviour },
      );
      const realm = acme(server, { url: `${server.url}/secret-folder`, apiKey });

      const error = await createRealmClient(options)
        .fetchPointer(realm, {})
        .catch((reason: unknown) => reason);

      expect(error).toHaveProperty("name", "RealmError");
      const shown = `${Bun.inspect(error, { depth: 10 })}${JSON.stringify(error)}`;
      expect(shown).toContain(`127.0.0.1:${server.port}`);
      expect(shown).not.toContain(apiKey);
      expect(shown).not.toContain("secret-folder");
    },
  );

  test("an error of the network keeps no message of another's making", async () => {
    const fetch = () => Promise.reject(new TypeError(`cannot fetch https://realm.example/?key=${apiKey}`));
    const client = createRealmClient({ fetch });

    const error = await refusal(
      client.fetchPointer({ id: "acme", url: "https://realm.example", apiKey }, {}),
      "network",
    );

    expect(Bun.inspect(error, { depth: 10 })).not.toContain(apiKey);
  });

  test("an untrusted certificate says what can be done", async () => {
    const fetch = () =>
      Promise.reject(Object.assign(new Error("x"), { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }));

    const error = await refusal(
      createRealmClient({ fetch }).fetchPointer({ id: "acme", url: "https://realm.example" }, {}),
      "network",
    );

    expect(error.message).toContain("NODE_EXTRA_CA_CERTS");
  });

  test("a host that does not exist is network", async () => {
    const realm = { id: "acme", url: "https://realm.invalid" };

    await refusal(createRealmClient().fetchPointer(realm, {}), "network");
  });

  test("a port that nobody listens on is network", async () => {
    const server = await startRealmServer();
    await server.stop();

    await refusal(createRealmClient().fetchPointer(acme(server), {}), "network");
  });
});
