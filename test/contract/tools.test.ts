import { afterAll, beforeAll, expect, test } from "bun:test";
import type { AgentAPI, ToolDefinition } from "../../lib/embedded-host/index.ts";
import { Workspace } from "./workspace.ts";

// One host for all: the real one keeps its tools, and the memory they write to, once for the whole process.
const workspace = new Workspace();
let api: AgentAPI;

beforeAll(async () => {
  ({ api } = await workspace.boot());
});

afterAll(() => workspace[Symbol.asyncDispose]());

const tool = (name: string, handler: ToolDefinition["handler"]): ToolDefinition => ({
  name,
  description: `does ${name}`,
  parameters: { type: "object", properties: {} },
  provider: "test",
  riskLevel: "low",
  cacheable: false,
  handler,
});

const answering = (name: string) => tool(name, async () => ({ success: true, data: name }));

async function answerTo(name: string): Promise<unknown> {
  const { data, error } = await api.tools.execute(name, {}, { conversationId: "c" });
  return data ?? error;
}

test("a registered tool is there by its exact name and in the schemas", async () => {
  api.tools.register(answering("local.notify"));
  expect([api.tools.has("local.notify"), api.tools.has("local_notify"), api.tools.has("notify")]).toEqual([
    true,
    false,
    false,
  ]);
  expect(api.tools.getSchemas().find((schema) => schema.function.name === "local.notify")).toEqual({
    type: "function",
    function: {
      name: "local.notify",
      description: "does local.notify",
      parameters: { type: "object", properties: {} },
    },
  });
  api.tools.unregister("local.notify");
  expect(api.tools.has("local.notify")).toBe(false);
});

test("execute finds a tool by low lines for dots and by its last words", async () => {
  for (const name of ["hf.tool.run", "zz.same", "yy.same", "x_y.z", "zz.two_words"])
    api.tools.register(answering(name));
  for (const name of ["hf.tool.run", "hf_tool_run", "tool.run", "tool_run", "run"]) {
    expect(await answerTo(name)).toBe("hf.tool.run");
  }
  expect(await answerTo("same")).toBe("zz.same");
  expect(await answerTo("two_words")).toBe("zz.two_words");
  expect(await answerTo("x_y_z")).toBe("Tool 'x_y_z' not found");
  expect(await answerTo("Run")).toBe("Tool 'Run' not found");
});

test("execute never rejects, whatever the handler does", async () => {
  api.tools.register(
    tool("zz.throws", () => {
      throw new Error("no luck");
    }),
  );
  api.tools.register(tool("zz.refuses", async () => ({ success: false, data: null, error: "not you" })));
  api.tools.register(tool("zz.empty", async () => null));
  expect(await api.tools.execute("zz.throws", {})).toMatchObject({
    success: false,
    data: null,
    error: "no luck",
  });
  expect(await api.tools.execute("zz.refuses", {})).toMatchObject({ success: false, error: "not you" });
  expect(await api.tools.execute("zz.empty", {})).toMatchObject({ success: false });
});

test("a result carries what the host knows, is kept in memory and told to the bus", async () => {
  const told: unknown[] = [];
  api.events.on("tool.completed", (payload) => void told.push(payload));
  api.tools.register(answering("zz.known"));
  const { metadata } = await api.tools.execute("known", {}, { conversationId: "c" });
  expect(metadata).toEqual({
    toolName: "zz.known",
    provider: "test",
    duration: expect.any(Number),
    cached: false,
    timestamp: expect.any(Number),
    callId: expect.stringMatching(/^call-\d+$/),
  });
  expect(told).toEqual([
    expect.objectContaining({ toolName: "zz.known", success: true, data: "zz.known", conversationId: "c" }),
  ]);
  expect(await api.memory.retrieve(`tool.result.${metadata.callId}`)).toMatchObject({ data: "zz.known" });
});

test("registering a name again replaces the tool", async () => {
  api.tools.register(tool("zz.twice", async () => ({ success: true, data: "old" })));
  api.tools.register(tool("zz.twice", async () => ({ success: true, data: "new" })));
  expect(await answerTo("zz.twice")).toBe("new");
  expect(api.tools.list().filter(({ name }) => name === "zz.twice").length).toBe(1);
});

test("a handler called without a context belongs to the default conversation", async () => {
  api.tools.register(tool("zz.context", async (_, context) => ({ success: true, data: context })));
  const { data } = await api.tools.execute("zz.context", {});
  expect(data).toMatchObject({ conversationId: "default" });
});
