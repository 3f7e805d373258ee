import { expect, test } from "bun:test";
import { takeTrace, Workspace } from "./workspace.ts";

const sorted = (registered: string[]) => registered.filter((name) => name !== "route-agent").sort();

test("reloading a file builds a new agent beside the old one's handlers", async () => {
  await using workspace = new Workspace();
  const file = workspace.writeAgent("project/agents/dojo.ts", "first");
  const host = await workspace.boot();
  workspace.writeAgent("project/agents/dojo.ts", "second");
  await host.reload(file);
  expect(takeTrace()).toEqual(["new first", "new second"]);
  expect(sorted(host.registered())).toEqual(["dojo"]);
  host.api.events.emit("ping", {}, "test");
  expect(takeTrace()).toEqual(["ping first", "ping second"]);
});

test("the first change of a file is told as created, the next as reloaded", async () => {
  await using workspace = new Workspace();
  const file = workspace.writeAgent(
    "project/agents/dojo.ts",
    "dojo",
    'static schedule = "0 6 * * *"; async execute() {}',
  );
  const host = await workspace.boot();
  const told: unknown[] = [];
  host.api.events.on("target:event-monitor:capture", (event) => void told.push(event));
  await host.reload(file);
  await host.reload(file);
  const payload = {
    agentName: "dojo",
    filePath: file,
    routes: [],
    schedules: ["0 6 * * *"],
    stable: true,
    timestamp: expect.any(Number),
  };
  expect(told).toEqual([
    expect.objectContaining({ type: "agent_created", source: "hot-reload", payload }),
    expect.objectContaining({ type: "agent_reloaded", source: "hot-reload", payload }),
  ]);
  takeTrace();
});

test("a constructor that throws leaves no agent of that name", async () => {
  await using workspace = new Workspace();
  const file = workspace.writeAgent("project/agents/dojo.ts", "first");
  const host = await workspace.boot();
  workspace.writeAgent("project/agents/dojo.ts", "second", "constructed() { throw new Error('x'); }");
  await host.reload(file);
  expect(sorted(host.registered())).toEqual([]);
  takeTrace();
  host.api.events.emit("ping", {}, "test");
  expect(takeTrace()).toEqual(["ping first", "ping second"]);
});

test("a file that cannot be read as a module leaves the old agent in place", async () => {
  await using workspace = new Workspace();
  const file = workspace.writeAgent("project/agents/dojo.ts", "first");
  const host = await workspace.boot();
  for (const text of ["export default class {", "export const nothing = 1;"]) {
    workspace.write("project/agents/dojo.ts", text);
    await host.reload(file);
    expect(sorted(host.registered())).toEqual(["dojo"]);
  }
  takeTrace();
});

test("a file without execute is registered by a reload", async () => {
  await using workspace = new Workspace();
  const host = await workspace.boot();
  const file = workspace.writeAgent("project/agents/late.ts", "late", "");
  await host.reload(file);
  expect(sorted(host.registered())).toEqual(["late"]);
  takeTrace();
});

test("what an agent imports stays as it was first read", async () => {
  await using workspace = new Workspace();
  workspace.write("project/agents/lib/words.mjs", 'export const word = "old";');
  const text = (mark: string) =>
    `import { word } from "./lib/words.mjs";
     export default class {
       constructor() { globalThis[Symbol.for("contract.trace")].push("${mark} " + word); }
       async execute() {}
     }`;
  const file = workspace.write("project/agents/dojo.ts", text("first"));
  const host = await workspace.boot();
  workspace.write("project/agents/lib/words.mjs", 'export const word = "new";');
  workspace.write("project/agents/dojo.ts", text("second"));
  await host.reload(file);
  expect(takeTrace()).toEqual(["first old", "second old"]);
});
