import type { PluginsAPI } from "./contract/services.ts";
import type { ToolDefinition } from "./contract/tools.ts";
import { messageOf } from "./log.ts";
import type { LoadedPlugin } from "./plugin-loader.ts";

/**
 * The tools that a plugin's methods become, each callable by a language model without a question to anybody. Names
 * that begin with set, init or remove are left out, and everything of the `skills` plugin.
 */
export function toPluginTools(plugin: LoadedPlugin, plugins: PluginsAPI): ToolDefinition[] {
  if (plugin.name === "skills") return [];
  return Object.keys(plugin.methods)
    .filter((method) => !/^(set|init|remove)/.test(method))
    .map((method) => toPluginTool(plugin.name, method, plugins));
}

function toPluginTool(plugin: string, method: string, plugins: PluginsAPI): ToolDefinition {
  const name = `${plugin}_${method}`;
  return {
    name,
    description: `The method ${method} of the plugin ${plugin}`,
    parameters: {
      type: "object",
      properties: { args: { type: "array", description: `What ${plugin}.${method} is called with` } },
      required: [],
    },
    provider: `plugin:${plugin}`,
    riskLevel: "low",
    cacheable: false,
    handler: async (args) => {
      // The host finds plugin and method in the tool's name again, so a plugin with a low line is never found.
      const cut = name.indexOf("_");
      try {
        const data = await plugins.call(name.slice(0, cut), name.slice(cut + 1), ...toPositional(args));
        return { success: true, data };
      } catch (error) {
        return { success: false, data: null, error: messageOf(error) };
      }
    },
  };
}

function toPositional(args: Record<string, unknown> | null | undefined): unknown[] {
  return Array.isArray(args?.args) ? args.args : Object.values(args ?? {});
}
