import { join } from "node:path";
import type { AgentAPI } from "../../lib/embedded-host/index.ts";
import type { ContractHost } from "./host.ts";

/** The classes of a Ronin checkout behind the suite's interface. Call it only in a process made for the purpose. */
export async function importRealHost(root: string): Promise<ContractHost> {
  const load = (path: string) => import(join(root, "src", path));
  const { EventsAPI } = await load("api/events.ts");
  const { DatabaseAPI } = await load("api/database.ts");
  const { createAPI } = await load("api/index.ts");
  const { AgentLoader, AgentRegistry, HotReloadService } = await load("agent/index.ts");
  const { CronScheduler } = await load("agent/CronScheduler.ts");
  const { PluginLoader } = await load("plugins/PluginLoader.ts");
  const { KataParser, KataCompiler, KataRegistry } = await load("kata/index.ts");
  const { ContractParserV2 } = await load("contract/parser-v2.ts");
  process.env.WEBHOOK_PORT = "0";
  return {
    createEvents: () => new EventsAPI(),
    openDatabase: (path) => new DatabaseAPI(path),
    katas: { KataParser, KataCompiler, KataRegistry },
    ContractParser: ContractParserV2,
    matchesCron: (expression, date) => new CronScheduler().matchesCron(expression, date),
    choosePluginFiles: (files) =>
      // Tests are dropped by the host's own walk over the folders, after this choice.
      new PluginLoader("", null)
        .filterPluginFiles(files)
        .filter((file: string) => !/\.(test|spec)\./.test(file)),
    async boot(folders) {
      const api: AgentAPI & { files: unknown } = await createAPI({
        dbPath: folders.dbPath,
        pluginDir: folders.projectPlugins,
        userPluginDir: folders.userPlugins,
      });
      const agents = await new AgentLoader(folders.projectAgents, folders.externalAgents).loadAllAgents(api);
      const { files, http, events } = api;
      const registry = new AgentRegistry({ files, http, events, webhookHost: "127.0.0.1" });
      registry.startWebhookServerIfNeeded();
      registry.registerAll(agents);
      const hotReload = new HotReloadService({
        agentsDir: folders.projectAgents,
        externalAgentsDir: folders.externalAgents,
        registry,
        api,
      });
      return {
        api,
        url: `http://127.0.0.1:${registry.webhookServer?.port}`,
        registered: () => registry.getAgents().map(({ name }: { name: string }) => name),
        reload: (filePath) => hotReload.handleFileChange(filePath, "change"),
        stop: async () => registry.cleanup(),
      };
    },
  };
}
