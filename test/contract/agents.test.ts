import { expect, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { takeTrace, Workspace } from "./workspace.ts";

const names = (registered: string[]) => registered.filter((name) => name !== "route-agent").sort();

test("TypeScript and JavaScript files are agents at any depth, by their base name", async () => {
  await using workspace = new Workspace();
  for (const file of ["one.ts", "two.js", "deep/er/three.ts", ".dot.ts", ".hidden/four.js", "x.y.ts"]) {
    workspace.writeAgent(`project/agents/${file}`, file);
  }
  workspace.writeAgent("project/agents/node_modules/some/dependency.js", "dependency");
  const host = await workspace.boot();
  expect(names(host.registered())).toEqual([".dot", "dependency", "four", "one", "three", "two", "x.y"]);
  expect(takeTrace().length).toBe(7);
});

test("module files, tests and symlinks are not imported", async () => {
  await using workspace = new Workspace();
  for (const file of ["a.mjs", "b.mts", "c.cjs", "d.tsx", "e.test.ts", "f.spec.js", "g.test.d/h.ts"]) {
    workspace.writeAgent(`project/agents/${file}`, file);
  }
  const outside = workspace.writeAgent("elsewhere/real.ts", "linked");
  symlinkSync(outside, join(workspace.root, "project/agents/link.ts"));
  symlinkSync(join(workspace.root, "elsewhere"), join(workspace.root, "project/agents/folder"));
  const host = await workspace.boot();
  expect(names(host.registered())).toEqual([]);
  expect(takeTrace()).toEqual([]);
});

test("a file without an agent in it does not keep the others from loading", async () => {
  await using workspace = new Workspace();
  workspace.write("project/agents/a-named.ts", "export const helper = 1;");
  workspace.write("project/agents/b-object.ts", "export default { execute() {} };");
  workspace.write("project/agents/c-arrow.ts", "export default () => ({ execute() {} });");
  workspace.write("project/agents/d-syntax.ts", "export default class {");
  workspace.write("project/agents/e-import.ts", 'import x from "no-such-package"; export default x;');
  workspace.write("project/agents/f-types.d.ts", "export declare const x: number;");
  workspace.write(
    "project/agents/g-function.ts",
    "export default function (api) { return { execute() {} }; }",
  );
  workspace.writeAgent("project/agents/z-last.ts", "last");
  const host = await workspace.boot();
  expect(names(host.registered())).toEqual(["g-function", "z-last"]);
});

test("a constructor that throws leaves no agent, and its handlers on the bus", async () => {
  await using workspace = new Workspace();
  workspace.writeAgent(
    "project/agents/thrower.ts",
    "thrower",
    'constructed() { throw new Error("half-way"); } async execute() {}',
  );
  const host = await workspace.boot();
  expect(names(host.registered())).toEqual([]);
  takeTrace();
  host.api.events.emit("ping", {}, "test");
  expect(takeTrace()).toEqual(["ping thrower"]);
});

test("without execute there is no agent, whatever it declares, and its handlers stay", async () => {
  await using workspace = new Workspace();
  workspace.writeAgent("project/agents/silent.ts", "silent", "");
  workspace.writeAgent("project/agents/daily.ts", "daily", 'static schedule = "0 6 * * *";');
  workspace.writeAgent("project/agents/field.ts", "field", "execute = 5;");
  const host = await workspace.boot();
  expect(names(host.registered())).toEqual([]);
  takeTrace();
  host.api.events.emit("ping", {}, "test");
  expect(takeTrace().sort()).toEqual(["ping daily", "ping field", "ping silent"]);
});

test("of two files with one name both are constructed, project first, and the external one is kept", async () => {
  await using workspace = new Workspace();
  workspace.writeAgent("project/agents/dojo.ts", "project");
  workspace.writeAgent("home/.ronin/agents/dojo.js", "external");
  const host = await workspace.boot();
  expect(takeTrace()).toEqual(["new project", "new external"]);
  expect(names(host.registered())).toEqual(["dojo"]);
  const status = await (await fetch(`${host.url}/api/status`)).json();
  expect(status).toMatchObject({ running: true, totalAgents: 2 });
  host.api.events.emit("ping", {}, "test");
  expect(takeTrace()).toEqual(["ping project", "ping external"]);
});

test("in a constructor there is no getAgents yet and plugins are there already", async () => {
  await using workspace = new Workspace();
  workspace.write(
    "project/plugins/early.ts",
    'export default { name: "early", description: "loaded first", methods: { ping: () => 1 } };',
  );
  const look =
    'globalThis[Symbol.for("contract.trace")].push(String(api.getAgents), String(api.plugins.has("early")))';
  workspace.writeAgent("project/agents/look.ts", "look", `constructed(api) { ${look}; } async execute() {}`);
  await workspace.boot();
  expect(takeTrace()).toEqual(["new look", "undefined", "true"]);
});
