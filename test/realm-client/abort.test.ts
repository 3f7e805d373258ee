import { expect, test } from "bun:test";
import { createRealmClient } from "../../lib/realm-client/client.ts";
import { type Behaviour, startRealmServer } from "../support/realm-server.ts";
import { acme, realmJson, routeTo } from "./support.ts";

const reason = new Error("the host is stopping");
const caught = (work: Promise<unknown>) => work.catch((error: unknown) => error);

test("an aborted signal sends nothing", async () => {
  await using server = await startRealmServer({ "realm.json": realmJson() });

  const error = await caught(createRealmClient().fetchPointer(acme(server), {}, AbortSignal.abort(reason)));

  expect(error).toBe(reason);
  expect(server.requests).toEqual([]);
});

const waits: [when: string, behaviour: Behaviour][] = [
  ["headers are waited for", { kind: "no-headers" }],
  ["a body is read", { kind: "drip", everyMs: 5 }],
  ["an endless body is read", { kind: "endless" }],
];

test.each(waits)(
  "an abort while %s rejects with its reason and closes the connection",
  async (_when, behaviour) => {
    await using server = await startRealmServer({ "realm.json": realmJson() }, { "*": behaviour });
    const controller = new AbortController();
    // The endless body must outlast the abort, so its size is not what ends it.
    const client = createRealmClient({ limits: { maxOneFileBytes: Number.MAX_SAFE_INTEGER } });

    const work = caught(client.fetchPointer(acme(server), {}, controller.signal));
    while (server.requests.length === 0) await Bun.sleep(2);
    controller.abort(reason);

    expect(await work).toBe(reason);
    await server.allClosed();
  },
);

test("an abort while a name is looked up rejects with its reason", async () => {
  await using server = await startRealmServer();
  server.misbehave("*", { kind: "redirect", to: "https://other.example/" });
  const controller = new AbortController();
  const client = createRealmClient({
    fetch: routeTo({ "realm.example": server }),
    resolveHost: () => {
      controller.abort(reason);
      return new Promise(() => {});
    },
  });

  const error = await caught(
    client.fetchPointer({ id: "acme", url: "https://realm.example" }, {}, controller.signal),
  );

  expect(error).toBe(reason);
  await server.allClosed();
});

test("an abort of a source rejects with its reason", async () => {
  await using server = await startRealmServer({}, { "*": { kind: "no-headers" } });

  const error = await caught(
    createRealmClient().fetchSource(acme(server), "a".repeat(64), AbortSignal.timeout(20)),
  );

  expect(error).toHaveProperty("name", "TimeoutError");
  await server.allClosed();
});

test("an abort afterwards changes nothing", async () => {
  await using server = await startRealmServer({ "realm.json": realmJson() });
  const controller = new AbortController();

  const fetched = await createRealmClient().fetchPointer(acme(server), {}, controller.signal);
  controller.abort(reason);

  expect(fetched.kind).toBe("one-file");
  await server.allClosed();
});
