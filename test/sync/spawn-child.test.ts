import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { RealmError } from "../../lib/errors.ts";
import {
  defaultSyncLimits,
  type RealmOutcome,
  type RealmProgress,
  type SyncJob,
} from "../../lib/sync/job.ts";
import { type ChildOptions, createChildRunner } from "../../lib/sync/spawn-child.ts";
import { codeOfAsync } from "../support/throws.ts";
import { realmOf, tempDir } from "./fixtures.ts";

const job: SyncJob = {
  indexPath: "/nowhere/index.db",
  recordsPath: "/nowhere/records.db",
  realms: [realmOf("team", "https://realm.example/v1", { apiKey: "key-of-the-team" })],
  knownRealmIds: ["team"],
  limits: defaultSyncLimits,
};

const synced: RealmOutcome = {
  kind: "synced",
  realmId: "team",
  added: 1,
  updated: 0,
  withdrawn: 0,
  unchanged: 0,
};

const progress: RealmProgress = { kind: "progress", realmId: "team", step: "receiving", done: 5, of: 80 };

/** Runs `script` in place of the real child and returns the outcomes it gave. */
async function runScript(
  script: string,
  options: Partial<ChildOptions> & { signal?: AbortSignal } = {},
): Promise<RealmOutcome[]> {
  using dir = tempDir();
  const entryPath = dir.path("entry.ts");
  writeFileSync(entryPath, script);
  const outcomes: RealmOutcome[] = [];
  const runJob = createChildRunner({ entryPath, env: { PATH: process.env.PATH }, ...options });
  await runJob(job, (outcome) => void outcomes.push(outcome), options.signal ?? new AbortController().signal);
  return outcomes;
}

async function failureOf(script: string, options: Partial<ChildOptions> = {}): Promise<RealmError> {
  try {
    await runScript(script, options);
  } catch (error) {
    if (error instanceof RealmError) return error;
    throw error;
  }
  throw new Error("expected a RealmError, but the run succeeded");
}

const line = (outcome: unknown) => `console.log(${JSON.stringify(JSON.stringify(outcome))});`;

describe("createChildRunner", () => {
  test("hands the job over on stdin, with nothing of it in arguments or environment", async () => {
    const [outcome] = await runScript(`
      const [line] = (await new Response(Bun.stdin.stream().pipeThrough(new TransformStream({
        transform(chunk, controller) { controller.enqueue(chunk); controller.terminate(); },
      }))).text()).split("\\n");
      const seen = JSON.stringify([process.argv, process.env]);
      const { apiKey } = JSON.parse(line).realms[0];
      console.log(JSON.stringify({ ...${JSON.stringify(synced)}, added: Number(apiKey === "key-of-the-team"),
        updated: Number(seen.includes(apiKey)) }));
      process.exit(0);
    `);
    expect(outcome).toEqual(synced);
  });

  test("the child gets what it needs of the environment and nothing else", async () => {
    const [outcome] = await runScript(
      `const { HTTPS_PROXY, TEAM_KEY, BUN_OPTIONS } = process.env;
       const added = Number(HTTPS_PROXY === "http://proxy.example:3128");
       const updated = Number(TEAM_KEY !== undefined || BUN_OPTIONS !== undefined);
       console.log(JSON.stringify({ ...${JSON.stringify(synced)}, added, updated })); process.exit(0);`,
      {
        env: {
          PATH: process.env.PATH,
          HTTPS_PROXY: "http://proxy.example:3128",
          TEAM_KEY: "secret",
          BUN_OPTIONS: "--print",
        },
      },
    );
    expect(outcome).toEqual(synced);
  });

  test("a .env file beside the entry does not reach the child", async () => {
    using dir = tempDir();
    writeFileSync(dir.path(".env"), "PLANTED=1");
    writeFileSync(
      dir.path("entry.ts"),
      `const updated = Number(process.env.PLANTED ?? 0);
       console.log(JSON.stringify({ ...${JSON.stringify(synced)}, updated })); process.exit(0);`,
    );
    const outcomes: RealmOutcome[] = [];
    const runJob = createChildRunner({ entryPath: dir.path("entry.ts"), env: {} });
    await runJob(job, (outcome) => void outcomes.push(outcome), new AbortController().signal);
    expect(outcomes).toEqual([synced]);
  });

  test("the child runs at a lower priority than the host", async () => {
    const [outcome] = await runScript(`
      import { getPriority } from "node:os";
      while (getPriority() <= 0) await Bun.sleep(1);
      ${line(synced)} process.exit(0);`);
    expect(outcome).toEqual(synced);
  });

  test.each([
    ["words", `console.log("hello");`],
    ["JSON that is no outcome", line({ kind: "synced", realmId: "team" })],
    [
      "an outcome with an unknown code",
      line({ kind: "failed", realmId: "team", code: "made_up", message: "" }),
    ],
    ["progress of a realm that is not in the job", line({ ...progress, realmId: "other" })],
    ["progress of a realm that has its outcome", line(synced) + line(progress)],
    ["progress of less than nothing", line({ ...progress, done: -1 })],
    ["an outcome of a realm that is not in the job", line({ ...synced, realmId: "other" })],
    ["a second outcome of the same realm", line(synced) + line(synced)],
    ["a line that does not end", `for (;;) process.stdout.write("x".repeat(1000));`],
  ])("%s on stdout end the child and the run with sync_failed", async (_what, script) => {
    const error = await failureOf(`${script} setInterval(() => {}, 1000);`);
    expect(error.code).toBe("sync_failed");
    expect(error.message).not.toContain("hello");
  });

  test("how far a realm is comes before its outcome, and is no outcome", async () => {
    using dir = tempDir();
    writeFileSync(dir.path("entry.ts"), `${line(progress)}${line(synced)} process.exit(0);`);
    const runJob = createChildRunner({ entryPath: dir.path("entry.ts"), env: {} });
    const said: unknown[] = [];
    const note = (one: unknown) => void said.push(one);
    await runJob(job, note, new AbortController().signal, note);
    expect(said).toEqual([progress, synced]);
  });

  test("a child that dies tells why with the end of its stderr, without the API key", async () => {
    const error = await failureOf(
      `console.error("x".repeat(5000)); console.error("the disk is full, key-of-the-team"); process.exit(3);`,
    );
    expect(error.code).toBe("sync_failed");
    expect(error.message).toContain("ended with 3");
    expect(error.message).toEndWith("the disk is full, [key]");
    expect(error.message.length).toBeLessThan(400);
  });

  test("what the child reported before it died still counts", async () => {
    using dir = tempDir();
    writeFileSync(dir.path("entry.ts"), `${line(synced)} process.kill(process.pid, "SIGKILL");`);
    const outcomes: RealmOutcome[] = [];
    const runJob = createChildRunner({ entryPath: dir.path("entry.ts"), env: {} });
    const run = runJob(job, (outcome) => void outcomes.push(outcome), new AbortController().signal);
    expect(await codeOfAsync(() => run, RealmError)).toBe("sync_failed");
    expect(outcomes).toEqual([synced]);
  });

  test.each([
    ["hangs", `setInterval(() => {}, 1000);`],
    ["loops and ignores SIGTERM", `process.on("SIGTERM", () => {}); for (;;);`],
    ["closes its stdout and hangs", `require("fs").closeSync(1); setInterval(() => {}, 1000);`],
    ["stopped itself", `process.kill(process.pid, "SIGSTOP");`],
  ])("a child that %s is killed after the time limit: timeout", async (_how, script) => {
    const error = await failureOf(script, { timeoutMs: 150 });
    expect(error.code).toBe("timeout");
  });

  test("an abort kills the child and rejects with the abort's reason", async () => {
    const stopping = new AbortController();
    const reason = new Error("the host goes down");
    setTimeout(() => stopping.abort(reason), 30);
    await expect(runScript(`setInterval(() => {}, 1000);`, { signal: stopping.signal })).rejects.toBe(reason);
  });

  test("an abort that came before starts no child", async () => {
    const reason = new Error("too late");
    const signal = AbortSignal.abort(reason);
    await expect(runScript(`process.exit(0);`, { signal, execPath: "/nowhere/bun" })).rejects.toBe(reason);
  });
});
