import { afterEach, describe, expect, test } from "bun:test";
import { type FakePage, startFakePage } from "./fake-page.ts";

const FINGERPRINT = "0123456789abcdef".repeat(4);
const preview = {
  ticket: "t1",
  id: "acme",
  name: "Acme",
  url: "https://katas.example.com",
  signing: { kind: "signed", fingerprint: FINGERPRINT },
};
const acme = {
  id: "acme",
  name: "Acme\u001b[2J",
  type: "custom",
  trust: "pinned",
  url: preview.url,
  mirrors: [],
  enabled: true,
  origin: "page",
  cacheStrategy: "lazy",
  names: [],
  fingerprint: FINGERPRINT,
  signedUntil: null,
  lastSyncedAt: null,
  lastAttemptAt: null,
  failure: null,
  katas: 0,
  versions: 0,
  isSyncing: false,
  progress: null,
};

let page: FakePage | undefined;
afterEach(async () => {
  await page?.stop();
  page = undefined;
});

function start(): FakePage {
  page = startFakePage({
    "/dojo/api/realms/preview": preview,
    "/dojo/api/realms": { id: "acme", realms: [acme] },
    "/dojo/api/realms/acme/remove": {},
  });
  return page;
}

const add = ["realm", "add", "acme", preview.url];
const YES = "y";
const ENTER = "\r";
const CTRL_C = "\u0003";

describe("realms realm add, of a signed realm", () => {
  test("shows the root before it asks, and follows it once a person trusts it", async () => {
    const { run, posts } = start();
    const ran = await run([...add, "--name", "Acme"], YES);
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout.indexOf(FINGERPRINT)).toBeLessThan(ran.stdout.indexOf("Trust this root"));
    expect(posts).toEqual([
      { path: "/dojo/api/realms/preview", body: { id: "acme", url: preview.url, name: "Acme" } },
      { path: "/dojo/api/realms", body: { ticket: "t1", fingerprint: FINGERPRINT } },
    ]);
  });

  test.each([
    [ENTER, 1],
    [CTRL_C, 130],
  ])("adds nothing when the person answers %j", async (typing, exitCode) => {
    const { run, posts } = start();
    expect((await run(add, typing)).exitCode).toBe(exitCode);
    expect(posts.map(({ path }) => path)).toEqual(["/dojo/api/realms/preview"]);
  });

  test("asks nothing when the publisher's fingerprint was given and fits", async () => {
    const { run, posts } = start();
    const ran = await run([...add, "--fingerprint", FINGERPRINT.toUpperCase(), "--json"]);
    expect(ran.exitCode).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({ outcome: "added", fingerprint: FINGERPRINT });
    expect(posts).toHaveLength(2);
  });

  test("adds nothing when it does not fit, whatever else was said", async () => {
    const { run, posts } = start();
    const ran = await run([...add, "--fingerprint", "f".repeat(64), "--yes", "--json"]);
    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: "fingerprint_mismatch" } });
    expect(posts).toHaveLength(1);
  });
});

describe("realms realm remove", () => {
  test("shows the realm and asks first; hostile text of it moves no cursor", async () => {
    const { run, posts } = start();
    const declined = await run(["realm", "remove", "acme"], ENTER);
    expect(declined.exitCode).toBe(1);
    expect(declined.stdout).toContain("  name    Acme[2J\n");
    expect(posts).toEqual([]);
    expect((await run(["realm", "remove", "acme"], YES)).exitCode).toBe(0);
    expect(posts.map(({ path }) => path)).toEqual(["/dojo/api/realms/acme/remove"]);
  });
});

test("a page that answers without sense is named as such, not taken for an empty one", async () => {
  page = startFakePage({});
  const ran = await page.run(["realm", "list", "--json"]);
  expect(ran.exitCode).toBe(1);
  expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: "host_refused" } });
});
