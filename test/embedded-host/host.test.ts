import { expect, test } from "bun:test";
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { AgentAPI } from "../../lib/embedded-host/contract/agent.ts";
import { KataRegistry } from "../../lib/embedded-host/kata/registry.ts";
import { TempHome } from "./temp-home.ts";

const agent = (body: string) => `export default class { constructor(api) { this.api = api; } ${body} }`;
const kata = (name: string) => `kata ${name} v1\ninitial p\nphase p\n  wait event e\n  complete\n`;

test("a bare home starts a host on a free loopback port with its database in it", async () => {
  await using home = new TempHome();
  const host = await home.start();
  expect(host.url).toBe(`http://127.0.0.1:${host.port}`);
  expect((await fetch(`${host.url}/api/status`)).status).toBe(200);
  const [file] = await host.api.db.query<{ file: string }>("PRAGMA database_list");
  expect(file?.file).toBe(join(realpathSync(home.path), "ronin.db"));
  expect(host.logs).toEqual([]);
});

test("the host says which Ronin it is and hands over its own kata classes", async () => {
  await using home = new TempHome();
  const { api } = await home.start();
  expect(api.host).toMatchObject({ version: "1.1.1", KataRegistry });
});

test("agents are loaded between plugins and kata files, and see no server", async () => {
  await using home = new TempHome();
  home.write(
    ".ronin/plugins/p.ts",
    'export default { name: "p", description: "d", methods: { m: () => 1 } };',
  );
  home.write(".ronin/katas/k.kata", kata("home.kata"));
  home.write(
    ".ronin/agents/look.ts",
    `export default class {
       constructor(api) {
         this.seen = [api.tools.has("p_m"), api.tools.has("local.notify"), typeof api.getAgents];
         this.katas = api.db.query("SELECT name FROM sqlite_master WHERE name = 'kata_definitions'");
       }
       execute() {}
     }`,
  );
  const host = await home.start({
    tools: [{ name: "local.notify", handler: async () => ({ success: true, data: null }) }],
  });
  const instance = host.agents[0]?.instance as unknown as { seen: unknown[]; katas: Promise<unknown[]> };
  expect(instance.seen).toEqual([true, true, "undefined"]);
  expect(await instance.katas).toEqual([]);
  expect(await new KataRegistry(host.api).exists("home.kata", "v1")).toBe(true);
  expect(host.api.getAgents?.().map(({ name }) => name)).toEqual(["look"]);
});

test("kata files of project and home are registered once, and a broken one is logged", async () => {
  await using home = new TempHome();
  home.write("project/katas/a.kata", kata("same.name"));
  home.write(".ronin/katas/a.kata", `${kata("same.name")}# but other bytes\n`);
  home.write(".ronin/katas/broken.kata", "kata");
  home.write(".ronin/katas/folder.kata/c.kata", kata("deeper"));
  const host = await home.start({ cwd: join(home.path, "project") });
  const rows = await host.api.db.query("SELECT name, source_code FROM kata_definitions");
  expect(rows).toEqual([{ name: "same.name", source_code: kata("same.name") }]);
  expect(host.logs.map(({ level, detail }) => [level, detail?.error])).toEqual([
    ["error", "Parse error at line 1, column 6: Expected identifier"],
  ]);
  expect(existsSync(join(home.path, "project/ronin.db"))).toBe(true);
});

test("every file that is no agent is one log line that names it", async () => {
  await using home = new TempHome();
  const empty = home.write(".ronin/agents/empty.ts", "export const x = 1;");
  const broken = home.write(".ronin/agents/broken.ts", "throw new Error('at import');");
  const plugin = home.write(".ronin/plugins/none.ts", "export default 5;");
  const lines: string[] = [];
  const host = await home.start({
    logger: ({ level, detail }) => lines.push(`${level} ${detail?.filePath}`),
  });
  expect(lines.sort()).toEqual([`error ${broken}`, `warn ${empty}`, `warn ${plugin}`].sort());
  expect(host.logs.length).toBe(3);
});

test("without HTTP there is no http on the api and nothing listens", async () => {
  await using home = new TempHome();
  const host = await home.start({ http: false });
  expect("http" in host.api).toBe(false);
  expect([host.port, host.url]).toEqual([0, ""]);
});

test("runAgent waits for execute, passes its error on, and knows registered agents only", async () => {
  await using home = new TempHome();
  home.write(".ronin/agents/fine.ts", agent("async execute() { await 0; this.ran = true; }"));
  home.write(".ronin/agents/fails.ts", agent("async execute() { throw new TypeError('no realm'); }"));
  const host = await home.start();
  await host.runAgent("fine");
  expect(host.agents.find(({ name }) => name === "fine")?.instance).toMatchObject({ ran: true });
  await expect(host.runAgent("fails")).rejects.toThrow("no realm");
  await expect(host.runAgent("nobody")).rejects.toThrow("No agent named nobody");
});

test("tick runs what is due at that minute and logs what fails", async () => {
  await using home = new TempHome();
  const daily = 'static schedule = "0 6 * * *"; runs = 0;';
  home.write(".ronin/agents/daily.ts", agent(`${daily} async execute() { await 0; this.runs += 1; }`));
  home.write(".ronin/agents/failing.ts", agent(`${daily} async execute() { throw new Error("down"); }`));
  const host = await home.start();
  await host.tick(new Date(2026, 10, 23, 6, 1));
  await host.tick(new Date(2026, 10, 23, 6, 0));
  expect(host.agents.find(({ name }) => name === "daily")?.instance).toMatchObject({ runs: 1 });
  expect(host.logs.map(({ level, detail }) => [level, detail])).toEqual([
    ["error", { agent: "failing", error: "down" }],
  ]);
});

test("a name loaded twice with a schedule runs its last instance twice a match", async () => {
  await using home = new TempHome();
  const source = agent('static schedule = "0 6 * * *"; runs = 0; execute() { this.runs += 1; }');
  home.write("one/sync.ts", source);
  home.write("two/sync.ts", source);
  const host = await home.start({ agentDirs: [join(home.path, "one"), join(home.path, "two")] });
  await host.tick(new Date(2026, 10, 23, 6, 0));
  expect(host.agents.map(({ filePath, instance }) => [filePath, instance])).toEqual([
    [join(home.path, "two/sync.ts"), expect.objectContaining({ runs: 2 })],
  ]);
});

test("a folder that is named twice is loaded once", async () => {
  await using home = new TempHome();
  home.write(
    "agents/sync.ts",
    agent('static schedule = "0 6 * * *"; runs = 0; execute() { this.runs += 1; }'),
  );
  const folder = join(home.path, "agents");
  const host = await home.start({ agentDirs: [folder, folder] });
  await host.tick(new Date(2026, 10, 23, 6, 0));
  expect(host.agents[0]?.instance).toMatchObject({ runs: 1 });
});

test("a reload gives the schedule to the new instance alone", async () => {
  await using home = new TempHome();
  const source = agent('static schedule = "0 6 * * *"; runs = 0; execute() { this.runs += 1; }');
  const file = home.write(".ronin/agents/sync.ts", source);
  const host = await home.start();
  const old = host.agents[0]?.instance;
  expect(await host.reload(file)).toEqual({ success: true, agentName: "sync" });
  await host.tick(new Date(2026, 10, 23, 6, 0));
  expect(old).toMatchObject({ runs: 0 });
  expect(host.agents[0]?.instance).toMatchObject({ runs: 1 });
});

test("a taken port rejects after the agents were constructed, and closes what was opened", async () => {
  await using home = new TempHome();
  const first = await home.start();
  const constructed = Promise.withResolvers<AgentAPI>();
  Object.assign(globalThis, { [Symbol.for("late.agent")]: constructed.resolve });
  home.write(
    ".ronin/agents/late.ts",
    'export default class { constructor(api) { globalThis[Symbol.for("late.agent")](api); } execute() {} }',
  );
  await expect(home.start({ port: first.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  const late = await constructed.promise;
  await expect(late.db.query("SELECT 1")).rejects.toThrow("closed database");
  expect(await first.api.db.query("SELECT 1 AS alive")).toEqual([{ alive: 1 }]);
});

test("stop ends the server and closes the database", async () => {
  await using home = new TempHome();
  const host = await home.start();
  await host.stop();
  await expect(fetch(`${host.url}/api/health`)).rejects.toThrow();
  await expect(host.api.db.query("SELECT 1")).rejects.toThrow("closed database");
});

test("a stopped host keeps no process alive", async () => {
  const script = join(import.meta.dir, "stopped-child.ts");
  const child = Bun.spawn([process.execPath, script], { stdout: "ignore", stderr: "ignore", timeout: 4000 });
  expect(await child.exited).toBe(0);
});
