import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type {
  InstalledKataView,
  InstalledView,
  LiveMessage,
  ProposalView,
} from "../../lib/web/view-models.ts";
import { exampleSources, toRealmFiles } from "../browser/realms.ts";
import { read } from "../support/install-world.ts";
import { eventually, type PageWorld, problemOf, startPageWorld } from "./page-world.ts";

const PATH = "/dojo/api/installed/finance.subscriptions/v1";
const UPDATES = "/dojo/api/installed/finance.subscriptions/updates";

let world: PageWorld;
beforeEach(async () => {
  world = await startPageWorld();
  await install("v1");
});
afterEach(() => world.stop());

async function install(version: string): Promise<void> {
  const id = await world.propose();
  const { versions } = await world.json<ProposalView>(`/dojo/api/proposals/${id}`);
  const planHash = versions.find((one) => one.version === version)?.hashes?.plan;
  const answer = await world.post(`/dojo/api/proposals/${id}/approve`, { version, planHash });
  expect(answer.status).toBe(202);
  await world.seen("kata.installed", (payload) => payload.kataVersion === version);
}

function edit(sql: string): void {
  const database = new Database(world.databasePath);
  database.run("PRAGMA busy_timeout = 5000");
  database.run(sql);
  database.close();
}

const readKata = () => world.json<InstalledKataView>(PATH);
const registered = () =>
  read<{ kata: string }>(
    world.databasePath,
    "SELECT name || '@' || version AS kata FROM kata_definitions ORDER BY 1",
  ).map(({ kata }) => kata);

describe("what is installed", () => {
  test("is listed with its realm, how it stands, and what is newer", async () => {
    const { katas, isIdle } = await world.json<InstalledView>("/dojo/api/installed");
    expect(isIdle).toBe(true);
    expect(katas).toMatchObject([
      {
        name: "finance.subscriptions",
        version: "v1",
        realm: { id: "examples", trust: "unsigned" },
        standing: "intact",
        troubles: [],
        update: { version: "v2", newSkills: [], waitsUntil: null, proposalId: null },
        choice: { isPinned: false, skipped: [], minAgeDays: 0 },
      },
    ]);
  });

  test("is not proposed in the version that was passed over, until somebody asks", async () => {
    await world.sync();
    expect(world.count("kata.update_available")).toBe(0);
    const answer = await world.post("/dojo/api/katas/examples/finance.subscriptions/install", {
      version: "v2",
    });
    const { proposalId } = (await answer.json()) as { proposalId: string };
    const view = await readKata();
    expect(view.kata.update).toMatchObject({ version: "v2", proposalId });
    expect(view.update?.newKatas).toEqual(["notify.user@v1"]);
    // Looking at the proposal fetches the source, and then the difference can be shown here too.
    await world.json(`/dojo/api/proposals/${proposalId}`);
    const { update } = await readKata();
    expect(update?.diff?.against).toBe("v1");
    expect(update?.diff?.lines).toContainEqual({
      kind: "added",
      text: "  spawn kata notify.user v1 -> sent",
    });
    edit("UPDATE kata_sources SET bytes = X'00'");
    expect((await readKata()).update).toMatchObject({ newKatas: ["notify.user@v1"], diff: null });
  });

  test("offers the contract that this host reads, as a file too, and saves none", async () => {
    const text =
      "contract daily.finance.subscriptions v1\ntarget kata finance.subscriptions v1\ntrigger cron 0 3 * * *\n";
    expect((await readKata()).contract).toBe(text);
    const file = await world.ask(`${PATH}/contract`);
    expect(await file.text()).toBe(text);
    expect(file.headers.get("content-disposition")).toBe(
      'attachment; filename="daily.finance.subscriptions.contract"',
    );
    expect(world.events.find(({ event }) => event === "kata.installed")?.payload.contract).toBe(text);
  });

  test("says what its realm has withdrawn, why, and what to use in its place", async () => {
    await world.stop();
    world = await startPageWorld({ isServed: false });
    const serve = (claims?: Parameters<typeof toRealmFiles>[3]): void => {
      const files = toRealmFiles("examples", "Examples", exampleSources(), claims);
      for (const [path, content] of Object.entries(files)) world.realm.set(path, content);
    };
    serve();
    await install("v1");
    serve(({ name, version }) =>
      name === "finance.subscriptions" && version === "v1"
        ? { status: "withdrawn", reason: "leaks", replacedBy: "examples:finance.subscriptions@v2" }
        : {},
    );
    await world.sync();
    await world.seen("kata.withdrawn");
    expect((await readKata()).kata.troubles).toEqual([
      {
        kind: "withdrawn",
        reason: "leaks",
        replacedBy: {
          qualifiedName: "examples:finance.subscriptions@v2",
          realm: "examples",
          name: "finance.subscriptions",
          version: "v2",
        },
      },
    ]);
  });

  test("that never was, and what is no address, is not found", async () => {
    for (const path of ["never.installed/v1", "finance.subscriptions/v3"]) {
      const answer = await world.ask(`/dojo/api/installed/${path}`);
      expect(await problemOf(answer)).toEqual({ status: 404, code: "unknown_kata" });
      expect((await world.ask(`/dojo/installed/${path}`)).status).toBe(404);
    }
    for (const path of ["..%2f..%2fx/v1", "finance.subscriptions/latest", "%3Cscript%3E/v1"]) {
      const answer = await world.ask(`/dojo/api/installed/${path}`);
      expect(await problemOf(answer)).toEqual({ status: 400, code: "invalid_input" });
    }
  });
});

describe("what a person says about updates", () => {
  const choiceAfter = async (wish: string, body: unknown) => {
    expect((await world.post(`${UPDATES}/${wish}`, body)).status).toBe(200);
    return (await readKata()).kata;
  };

  test("is remembered: skip, pin, cool-down, and each taken back", async () => {
    expect(await choiceAfter("skip", { version: "v2" })).toMatchObject({
      update: null,
      choice: { skipped: ["v2"] },
    });
    expect((await choiceAfter("unskip", { version: "v2" })).update).toMatchObject({ version: "v2" });
    expect(await choiceAfter("pin", {})).toMatchObject({ update: null, choice: { isPinned: true } });
    expect((await choiceAfter("unpin", {})).update).toMatchObject({ version: "v2" });
    const waiting = await choiceAfter("wait", { days: "3" });
    expect(waiting.choice.minAgeDays).toBe(3);
    expect(waiting.update?.waitsUntil).toBeGreaterThan(Date.now() + 2 * 24 * 3_600_000);
  });

  test("that does not fit is refused, and nothing is remembered", async () => {
    for (const [wish, body] of [
      ["skip", { version: "2" }],
      ["skip", {}],
      ["wait", { days: "half" }],
      ["wait", { days: 366 }],
      ["wait", { days: "0.5" }],
    ] as const) {
      const answer = await world.post(`${UPDATES}/${wish}`, body);
      expect(await problemOf(answer)).toEqual({ status: 400, code: "invalid_input" });
    }
    expect((await readKata()).kata.choice).toEqual({ isPinned: false, skipped: [], minAgeDays: 0 });
  });

  test("is about katas that are installed", async () => {
    const answer = await world.post("/dojo/api/installed/notify.user/updates/pin", {});
    expect(await problemOf(answer)).toEqual({ status: 404, code: "unknown_kata" });
  });
});

describe("taking out", () => {
  test("shows what depends on it, takes it out with a record, and says so from then on", async () => {
    edit("CREATE TABLE IF NOT EXISTS tasks (id TEXT, state TEXT, kata_name TEXT, kata_version TEXT)");
    edit("INSERT INTO tasks VALUES ('t1', 'running', 'finance.subscriptions', 'v1')");
    expect((await readKata()).dependants).toEqual({
      katas: [],
      contracts: [],
      tasks: [{ id: "t1", state: "running" }],
    });
    expect((await world.post(`${PATH}/uninstall`, {})).status).toBe(200);
    expect(registered()).toEqual([]);
    expect(read(world.databasePath, "SELECT kata_name, kata_version FROM kata_removals")).toEqual([
      { kata_name: "finance.subscriptions", kata_version: "v1" },
    ]);
    const after = await readKata();
    expect(after).toMatchObject({ kata: { standing: "removed" }, removed: { by: expect.any(String) } });
    expect(after.contract).toBeNull();
    expect((await world.json<InstalledView>("/dojo/api/installed")).katas).toEqual([]);
    expect(await problemOf(await world.post(`${PATH}/uninstall`, {}))).toEqual({
      status: 404,
      code: "unknown_kata",
    });
  });

  test("leaves alone what is not what was installed", async () => {
    edit("UPDATE kata_definitions SET source_code = source_code || '#'");
    expect((await readKata()).kata.standing).toBe("altered");
    expect(await problemOf(await world.post(`${PATH}/uninstall`, {}))).toEqual({
      status: 409,
      code: "host_changed",
    });
    expect(registered()).toEqual(["finance.subscriptions@v1"]);
  });

  test("takes an action token: the same request again changes nothing", async () => {
    const action = await world.draw();
    expect((await world.post(`${UPDATES}/pin`, {}, { "x-action": action })).status).toBe(200);
    const again = await world.post(`${PATH}/uninstall`, {}, { "x-action": action });
    expect(await problemOf(again)).toEqual({ status: 409, code: "action_spent" });
    expect(registered()).toEqual(["finance.subscriptions@v1"]);
  });

  test("and all else is refused from another page, and without the cookie", async () => {
    for (const path of [`${PATH}/uninstall`, `${UPDATES}/pin`, "/dojo/api/restore"]) {
      const foreign = await world.post(path, {}, { origin: "https://evil.example" });
      expect(await problemOf(foreign)).toEqual({ status: 403, code: "origin_refused" });
      const stranger = await world.post(path, {}, { cookie: "" });
      expect(await problemOf(stranger)).toEqual({ status: 401, code: "login_needed" });
    }
    expect((await readKata()).kata).toMatchObject({ standing: "intact", choice: { isPinned: false } });
  });
});

describe("putting back", () => {
  test("brings back what the host has lost, without asking the realm", async () => {
    edit("DELETE FROM kata_definitions");
    expect((await readKata()).kata.standing).toBe("lost");
    await world.realm.stop();
    expect((await world.post("/dojo/api/restore", {})).status).toBe(200);
    expect(registered()).toEqual(["finance.subscriptions@v1"]);
    expect(await world.seen("kata.restored")).toMatchObject({ kataName: "finance.subscriptions" });
    expect((await readKata()).kata.standing).toBe("intact");
  });

  test("where nothing is lost asks nobody", async () => {
    expect((await world.post("/dojo/api/restore", {})).status).toBe(200);
    expect(world.count("kata.restore_requested")).toBe(0);
  });

  test("does not bring back what a person took out", async () => {
    await world.post(`${PATH}/uninstall`, {});
    expect((await world.post("/dojo/api/restore", {})).status).toBe(200);
    expect(registered()).toEqual([]);
  });
});

test("whoever looks is told that something about installed katas changed", async () => {
  const stream = await world.ask("/dojo/api/live");
  const messages: LiveMessage[] = [];
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  const reading = (async () => {
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
      for (const [, data = "{}"] of part.value.matchAll(/^data: (.*)$/gm)) messages.push(JSON.parse(data));
    }
  })();
  await world.post(`${UPDATES}/pin`, {});
  await eventually(async () => messages.some(({ kind }) => kind === "katas"));
  const before = messages.length;
  world.emit("kata.withdrawn", null);
  await eventually(async () => messages.slice(before).some(({ kind }) => kind === "katas"));
  await reader?.cancel();
  await reading;
});
