import { expect, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { startRealmServer } from "../support/realm-server.ts";
import { realmJson } from "./support.ts";

const clientPath = fileURLToPath(new URL("../../lib/realm-client/client.ts", import.meta.url));

/** Bun reads the proxy variables when it starts, so that each case takes a process of its own. */
async function fetchInChild(url: string, proxy: string): Promise<string> {
  const script = `
    import { createRealmClient } from ${JSON.stringify(clientPath)};
    const client = createRealmClient({ limits: { headersTimeoutMs: 5000 } });
    await client.fetchPointer({ id: "acme", url: ${JSON.stringify(url)}, apiKey: "k3y" }, {}).then(
      (fetched) => console.log(fetched.kind),
      (error) => console.log(error.code),
    );`;
  const child = Bun.spawn([process.execPath, "-e", script], {
    env: {
      ...process.env,
      HTTP_PROXY: proxy,
      HTTPS_PROXY: proxy,
      http_proxy: proxy,
      https_proxy: proxy,
      NO_PROXY: "",
      no_proxy: "",
    },
    stdout: "pipe",
    stderr: "inherit",
  });
  return (await new Response(child.stdout).text()).trim();
}

test("HTTPS_PROXY is asked for a tunnel, and is told the host but not the key", async () => {
  await using proxy = await startRealmServer({}, { "*": { kind: "status", status: 403 } });

  await fetchInChild("https://realm.example", proxy.url);

  expect(proxy.requests.map(({ method, path }) => [method, path])).toEqual([
    ["CONNECT", "realm.example:443"],
  ]);
  expect(JSON.stringify(proxy.requests)).not.toContain("k3y");
});

test("a realm on loopback is asked directly, whatever HTTP_PROXY says", async () => {
  await using proxy = await startRealmServer({}, { "*": { kind: "status", status: 403 } });
  await using realm = await startRealmServer({ "realm.json": realmJson() });

  expect(await fetchInChild(realm.url, proxy.url)).toBe("one-file");
  expect(proxy.requests).toEqual([]);
});
