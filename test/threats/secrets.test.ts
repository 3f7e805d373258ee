import { Database } from "bun:sqlite";
import { afterEach, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { runRealms } from "../../lib/cli/run.ts";
import { eventTable } from "../../lib/events.ts";
import { offerOf, toDecision } from "../../lib/install/vouched.ts";
import { openRegistry } from "../../lib/registry/open.ts";
import { createProof } from "../../lib/trust/approval-proof.ts";
import { exampleRealm, type PackWorld, startPackWorld } from "../support/pack-world.ts";
import { startRealmServer } from "../support/realm-server.ts";

const NEED = "I need to track all recurring subscriptions";
const approvalKey = Buffer.from("planted-approval-key-of-32-bytes");

/** What must stay where it was put. The approval key is one more, in three ways of writing it. */
const secrets = {
  "an API key in the environment": "planted-1-environment",
  "an API key in the settings": "planted-2-settings",
  "a password in an address of the settings": "planted-3-address",
  "a password in a redirect": "planted-4-redirect",
  "a token in a redirect's query": "planted-5-query",
  "what a server says beside its error": "planted-6-error",
  "a variable of another program": "planted-7-variable",
  "the context of a need": "planted-8-context",
  "a field that no event has": "planted-9-field",
  "the approval key": approvalKey.toString("latin1"),
};
const writings = [...Object.values(secrets), approvalKey.toString("hex"), approvalKey.toString("base64")];

let world: PackWorld | undefined;
const variables = {
  SECRETS_TEST_KEY: secrets["an API key in the environment"],
  OTHER_TOKEN: secrets["a variable of another program"],
};
afterEach(async () => {
  for (const name of Object.keys(variables)) delete process.env[name];
  await world?.stop();
  world = undefined;
});

test("ten planted secrets are in no log, event, receipt, error, row or tool result of a whole scenario", async () => {
  Object.assign(process.env, variables);
  await using realm = await startRealmServer(await exampleRealm());
  await using odd = await startRealmServer();
  const { host: address } = new URL(odd.url);
  odd.misbehave("hop/realm.json", {
    kind: "redirect",
    to: `http://mira:${secrets["a password in a redirect"]}@${address}/x`,
  });
  odd.misbehave("query/realm.json", {
    kind: "redirect",
    to: `/gone?token=${secrets["a token in a redirect's query"]}`,
  });
  odd.misbehave("gone", {
    kind: "status",
    status: 500,
    headers: { "x-debug": secrets["a token in a redirect's query"] },
  });
  odd.misbehave("error/realm.json", {
    kind: "status",
    status: 403,
    headers: { "www-authenticate": `Bearer error="${secrets["what a server says beside its error"]}"` },
  });
  world = await startPackWorld({
    isServed: false,
    realms: {
      approvals: "confirmed",
      realms: [
        { id: "examples", url: realm.url, apiKeyEnv: "SECRETS_TEST_KEY" },
        { id: "stored", url: realm.url, apiKey: secrets["an API key in the settings"] },
        {
          id: "wrong",
          url: `https://mira:${secrets["a password in an address of the settings"]}@realm.example`,
        },
        ...["hop", "query", "error"].map((id) => ({ id, url: `${odd.url}/${id}` })),
      ],
    },
  });
  const said = await playScenario(world);
  const sent = new Set(realm.requests.map(({ headers }) => headers.authorization));
  expect(sent).toEqual(
    new Set(
      [secrets["an API key in the environment"], secrets["an API key in the settings"]].map(
        (key) => `Bearer ${key}`,
      ),
    ),
  );
  for (const code of ["redirect_refused", "http_status"]) expect(said).toContain(code);
  expect(said).toContain("finance.subscriptions");
  expect(said).toContain("ignored a malformed kata.user_approved");
  expect(said).toContain("is left out");
  expect(found(said)).toEqual([]);

  // The guide's column is where a key of the settings goes, and the only place.
  const copy = join(world.home, "copy.db");
  copyFileSync(world.databasePath, copy);
  const database = new Database(copy);
  expect(database.query("SELECT id FROM realms WHERE api_key IS NOT NULL").all()).toEqual([{ id: "stored" }]);
  expect(database.query("SELECT api_key FROM realms WHERE id = 'stored'").get()).toEqual({
    api_key: secrets["an API key in the settings"],
  });
  database.run("UPDATE realms SET api_key = NULL");
  database.run("VACUUM");
  database.close();
  const files = filesBelow(world.home).filter(
    (path) => path !== world?.databasePath && !path.endsWith("approval.key"),
  );
  expect(files).toContain(copy);
  for (const path of files) expect([path, found(readFileSync(path, "latin1"))]).toEqual([path, []]);
});

test("a secret that is said would be found", () => {
  for (const secret of writings) expect(found(`{"x":"…${secret}…"}`)).toHaveLength(1);
});

/** Syncs, proposals, an install, refusals and every tool and command that reads; returns all that was said. */
async function playScenario(pack: PackWorld): Promise<string> {
  const state = join(pack.home, "state");
  const context = { token: secrets["the context of a need"] };
  const extra = { password: secrets["a field that no event has"] };
  mkdirSync(state, { recursive: true });
  rmSync(join(state, "approval.key"), { force: true });
  writeFileSync(join(state, "approval.key"), approvalKey, { mode: 0o600 });
  await pack.sync();
  pack.emit("capability.missing", { intent: NEED, context, ...extra });
  const { proposalId } = await pack.seen("kata.install_proposed");
  pack.emit("kata.user_approved", { proposalId, approvedBy: "mira", ...extra });
  await pack.seen("kata.approval_unconfirmed", ({ code }) => code === "proof_missing");
  pack.emit("kata.user_approved", { proposalId, approvedBy: "mira", proof: extra, ...extra });
  pack.emit("kata.user_approved", { proposalId, approvedBy: "mira", proof: wrongProof(), ...extra });
  await pack.seen("kata.approval_unconfirmed", ({ code }) => code === "proof_wrong_key");
  pack.emit("kata.user_approved", {
    proposalId,
    approvedBy: "mira",
    proof: genuineProof(pack, proposalId),
    ...extra,
  });
  await pack.seen("kata.installed");
  await pack.sync();

  const { plugins } = pack.host.api;
  const tools: Array<[string, ...unknown[]]> = [
    ["discover", NEED],
    ["checkCompatibility", "finance.subscriptions", "v2", "examples"],
    ["requestInstall", "ops.ping", "v1", "examples"],
    ["requestInstall", "ops.ping", "v1", "wrong"],
    ["listRealms"],
    ["pendingRequests"],
    ["receipts"],
    ["stats"],
  ];
  const told = await Promise.all(
    tools.map(([method, ...args]) =>
      plugins.call("realms", method, ...args).catch((error: unknown) => String(error)),
    ),
  );
  const commands = [
    ["pending"],
    ["show", proposalId],
    ["receipts"],
    ["status"],
    ["verify"],
    ["trust"],
    ["approve", "no-such", "--yes"],
  ];
  const printed: string[] = [];
  for (const args of commands)
    for (const form of [[], ["--json"]]) printed.push(await run(pack, [...args, ...form]));
  const outgoing = pack.events.filter(({ event }) => eventTable[event].direction === "out");
  return JSON.stringify([told, printed, outgoing, pack.lines, pack.host.logs]);
}

function wrongProof() {
  return { nonce: "0".repeat(32), expiresAt: Date.now() + 1000, mac: "0".repeat(64) };
}

function genuineProof({ databasePath, home }: PackWorld, id: string) {
  const { registry, close } = openRegistry({
    recordsPath: databasePath,
    indexPath: join(home, "ronin.realms-index.db"),
    readonlyIndex: true,
  });
  const request = registry.getRequest(id);
  close();
  return createProof(
    toDecision(request, offerOf(request), { decision: "approve", by: "mira" }),
    approvalKey,
    Date.now(),
  );
}

async function run({ databasePath, home }: PackWorld, args: string[]): Promise<string> {
  let text = "";
  const output = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  await runRealms([...args, "--db", databasePath, "--port", "1"], {
    env: { ...process.env, RONIN_REALMS_HOME: join(home, "state") },
    cwd: home,
    clock: { now: () => Date.now() },
    stdin: new PassThrough(),
    stdout: output,
    stderr: output,
    isTTY: false,
    userName: () => "mira",
    wait: async () => {},
    signal: new AbortController().signal,
  });
  return text;
}

function found(text: string): string[] {
  return writings.filter((secret) => text.includes(secret));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
