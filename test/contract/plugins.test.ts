import { expect, test } from "bun:test";
import type { ToolContext } from "../../lib/embedded-host/index.ts";
import { Workspace } from "./workspace.ts";

const context: ToolContext = { conversationId: "c" };

const plugin = (name: string, methods = "{ m: () => 1 }") =>
  `export default { name: ${JSON.stringify(name)}, description: "d", methods: ${methods} };`;

test("a plugin is the default export, or one named plugin, and its shape is checked", async () => {
  await using workspace = new Workspace();
  const broken = {
    "class.ts": "export default class { name = 'class'; description = 'd'; methods = {}; }",
    "throws.ts": "throw new Error('at import');",
    "unnamed.ts": plugin(""),
    "wordless.ts": "export default { name: 'wordless', description: '', methods: {} };",
    "bare.ts": "export default { name: 'bare', description: 'd' };",
    "other-export.ts": plugin("other").replace("default", "const other ="),
  };
  for (const [file, text] of Object.entries(broken)) workspace.write(`home/.ronin/plugins/${file}`, text);
  workspace.write("home/.ronin/plugins/named.ts", plugin("named").replace("default", "const plugin ="));
  workspace.write("home/.ronin/plugins/folder/index.ts", plugin("in-folder"));
  const { api } = await workspace.boot();
  expect(api.plugins.list().sort()).toEqual(["in-folder", "named"]);
});

test("calling a plugin passes arguments by reference, without a this", async () => {
  await using workspace = new Workspace();
  workspace.write(
    "home/.ronin/plugins/echo.ts",
    plugin("echo", "{ same(...args) { return { args, self: this }; } }"),
  );
  const { api } = await workspace.boot();
  const given = { a: 1 };
  const answer = (await api.plugins.call("echo", "same", given, 2)) as { args: unknown[]; self: unknown };
  expect(answer).toEqual({ args: [given, 2], self: undefined });
  expect(answer.args[0]).toBe(given);
});

test("what is missing rejects with its name", async () => {
  await using workspace = new Workspace();
  workspace.write("home/.ronin/plugins/echo.ts", plugin("echo", "{ notAFunction: 5 }"));
  const { api } = await workspace.boot();
  await expect(api.plugins.call("nowhere", "m")).rejects.toThrow("Plugin not found: nowhere");
  await expect(api.plugins.call("echo", "m")).rejects.toThrow("Method m not found in plugin echo");
  await expect(api.plugins.call("echo", "notAFunction")).rejects.toThrow("not found in plugin echo");
  expect(api.plugins.getMethods("nowhere")).toBeNull();
});

test("every method is a tool, but for names that begin with set, init or remove", async () => {
  await using workspace = new Workspace();
  const methods =
    "{ read() {}, setAPI() {}, settle() {}, init() {}, initialize() {}, remove() {}, removeRealm() {}, unset() {} }";
  workspace.write("home/.ronin/plugins/realms.ts", plugin("realms", methods));
  const { api } = await workspace.boot();
  const tools = api.tools.list().filter(({ name }) => name.startsWith("realms"));
  expect(tools.map(({ name }) => name)).toEqual(["realms_read", "realms_unset"]);
  expect(tools[0]).toMatchObject({ provider: "plugin:realms", riskLevel: "low", cacheable: false });
  expect(tools[0]?.parameters).toMatchObject({ type: "object", properties: { args: { type: "array" } } });
  expect(await api.tools.execute("realms_setAPI", {}, context)).toMatchObject({
    success: false,
    error: "Tool 'realms_setAPI' not found",
  });
  expect(await api.plugins.call("realms", "setAPI")).toBeUndefined();
});

test("a plugin's tool spreads args, else takes the values in order", async () => {
  await using workspace = new Workspace();
  workspace.write("home/.ronin/plugins/echo.ts", plugin("echo", "{ all: (...args) => args }"));
  const { api } = await workspace.boot();
  const call = async (args: Record<string, unknown>) =>
    (await api.tools.execute("echo_all", args, context)).data;
  expect(await call({ args: [1, 2] })).toEqual([1, 2]);
  expect(await call({ args: [1], b: 2 })).toEqual([1]);
  expect(await call({ a: "x", b: { c: 1 } })).toEqual(["x", { c: 1 }]);
  expect(await call({ args: "text" })).toEqual(["text"]);
  expect(await call({})).toEqual([]);
});

test("a plugin with a low line in its name has tools that find no plugin", async () => {
  await using workspace = new Workspace();
  workspace.write("home/.ronin/plugins/two.ts", plugin("two_words"));
  const { api } = await workspace.boot();
  expect(await api.tools.execute("two_words_m", {}, context)).toMatchObject({
    success: false,
    error: "Plugin not found: two",
  });
});

test("of two plugins with one name the last loaded answers", async () => {
  await using workspace = new Workspace();
  workspace.write("project/plugins/a.ts", plugin("twin", "{ who: () => 'project' }"));
  workspace.write("home/.ronin/plugins/b.ts", plugin("twin", "{ who: () => 'user' }"));
  const { api } = await workspace.boot();
  expect(await api.plugins.call("twin", "who")).toBe("user");
});

test("an agent shares a module with the plugin that it imports by path", async () => {
  await using workspace = new Workspace();
  workspace.write(
    "home/.ronin/plugins/realms/index.ts",
    `let api; export const setAPI = (given) => { api = given; };
     export default { name: "realms", description: "d", methods: { hasApi: () => api !== undefined } };`,
  );
  workspace.write(
    "home/.ronin/agents/sharing.ts",
    `import { setAPI } from "../plugins/realms/index.ts";
     export default class { constructor(api) { setAPI(api); } async execute() {} }`,
  );
  const { api } = await workspace.boot();
  expect(await api.plugins.call("realms", "hasApi")).toBe(true);
});
