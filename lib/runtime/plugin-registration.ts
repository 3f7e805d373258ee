import type { HostApi } from "../host.ts";
import { type PluginMethods, pluginParameters } from "./plugin-parameters.ts";

const PLUGIN = "realms";
const DESCRIPTION = "Search, check and request katas from realms. Installing takes a person's approval.";

/**
 * Registers the `realms` plugin where the host did not load its file, as when only the agents were copied, and
 * its tools with their exact arguments. Tools read and ask; none of them decides.
 */
export function offerPlugin(api: HostApi, methods: PluginMethods): void {
  if (api.plugins.has(PLUGIN) || api.plugins.register === undefined) return;
  api.plugins.register(PLUGIN, { ...methods });
  for (const [name, parameters] of Object.entries(pluginParameters)) {
    const method = methods[name as keyof PluginMethods];
    api.tools?.register({
      name: `${PLUGIN}_${name}`,
      description: `${DESCRIPTION} Method ${name}.`,
      parameters: { type: "object", properties: parameters },
      provider: `plugin:${PLUGIN}`,
      riskLevel: "low",
      cacheable: false,
      handler: (args) => method(...Object.keys(parameters).map((parameter) => args[parameter])),
    });
  }
}
