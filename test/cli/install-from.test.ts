import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FakePage, startFakePage } from "./fake-page.ts";

const [HASH, OTHER] = ["a".repeat(64), "b".repeat(64)];
const hashes = { source: HASH, compiled: HASH, plan: HASH };

/** Of two katas the first needs the second. */
const katas = ["acme.top", "acme.base"].map((name) => ({
  realm: "acme",
  name,
  version: "v1",
  sourceHash: HASH,
  compiledHash: HASH,
}));
const entryOf = (kata: (typeof katas)[number], plan: number) => ({
  kata,
  qualifiedName: `acme:${kata.name}@v1`,
  state: "install",
  problem: null,
  fix: null,
  offered: {
    description: "Does\u001b[2J it.",
    skills: [{ name: "local.notify" }],
    plan: Array(plan).fill({}),
  },
});
const proposalOf = (source: string, isInstalled = true) => ({
  versions: [
    {
      version: "v1",
      hashes: { ...hashes, source },
      plan: [{ qualifiedName: "acme:acme.base@v1", isInstalled }],
    },
  ],
  receipts: [{ id: "receipt" }],
});

let folder: string;
let file: string;
let page: FakePage | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "realms-lock-"));
  file = join(folder, "ronin.lock.json");
  writeFileSync(file, JSON.stringify({ format: 1, realms: [{ id: "acme" }], katas }));
});
afterEach(async () => {
  await page?.stop();
  page = undefined;
  rmSync(folder, { recursive: true });
});

/** @param baseSource what the second one's request offers once it was opened */
function start(baseSource = HASH): FakePage {
  const [top, base] = katas as [(typeof katas)[number], (typeof katas)[number]];
  const installed = { kind: "installed", by: "mira", at: 1 };
  page = startFakePage({
    "/dojo/api/lock": { entries: [entryOf(top, 2), entryOf(base, 1)] },
    "/dojo/api/realms": { realms: [{ id: "acme", url: "https://acme.example", trust: "pinned" }] },
    "/dojo/api/katas/acme/acme.top/install": { proposalId: "r-top" },
    "/dojo/api/katas/acme/acme.base/install": { proposalId: "r-base" },
    "/dojo/api/proposals/r-top": proposalOf(HASH, baseSource === HASH),
    "/dojo/api/proposals/r-base": proposalOf(baseSource),
    "/dojo/api/proposals/r-top/approve": {},
    "/dojo/api/proposals/r-base/approve": {},
    "/dojo/api/proposals": {
      pending: [],
      recent: ["r-top", "r-base"].map((id) => ({ id, state: installed })),
    },
  });
  return page;
}

const approvals = ({ posts }: FakePage) =>
  posts.filter(({ path }) => path.endsWith("/approve")).map(({ path, body }) => [path.split("/")[4], body]);
const approval = {
  by: "mira",
  version: "v1",
  planHash: HASH,
  acceptOtherCompiler: false,
  acceptStale: false,
};

describe("realms install --from, at a terminal", () => {
  test("shows everything, asks once for all of it, and approves each by what was shown, needed ones first", async () => {
    const running = start();
    const ran = await running.run(["install", "--from", file], "y");
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toContain("  from    https://acme.example (pinned)\n  about   Does[2J it.\n");
    expect(ran.stdout.match(/Install 2 katas, as the lock has them\?/g)?.length).toBeGreaterThan(0);
    expect(approvals(running)).toEqual([
      ["r-base", approval],
      ["r-top", approval],
    ]);
  });

  test("opens no request when the person says no", async () => {
    const running = start();
    const ran = await running.run(["install", "--from", file], "\r");
    expect(ran.exitCode).toBe(1);
    expect(running.posts.map(({ path }) => path)).toEqual(["/dojo/api/lock"]);
  });

  test("does not approve what its realm offers as other bytes by then, and nothing that would bring it", async () => {
    const running = start(OTHER);
    const ran = await running.run(["install", "--from", file, "--yes", "--json"]);
    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      outcome: "incomplete",
      katas: [
        { kata: "acme:acme.top@v1", outcome: "failed", problem: { code: "missing_kata" } },
        { kata: "acme:acme.base@v1", outcome: "failed", problem: { code: "source_hash_mismatch" } },
      ],
    });
    expect(approvals(running)).toEqual([]);
  });
});
