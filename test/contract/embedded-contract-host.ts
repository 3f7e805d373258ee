import { ContractParser } from "../../lib/embedded-host/contract-parser.ts";
import { matchesCron } from "../../lib/embedded-host/cron.ts";
import { SharedDatabase } from "../../lib/embedded-host/database.ts";
import { EventBus } from "../../lib/embedded-host/events.ts";
import { startHost } from "../../lib/embedded-host/host.ts";
import { KataCompiler } from "../../lib/embedded-host/kata/compiler.ts";
import { KataParser } from "../../lib/embedded-host/kata/parser.ts";
import { KataRegistry } from "../../lib/embedded-host/kata/registry.ts";
import { choosePluginFiles } from "../../lib/embedded-host/plugin-loader.ts";
import type { ContractHost } from "./host.ts";

export const embeddedHost: ContractHost = {
  createEvents: () => new EventBus(() => {}),
  openDatabase: (path) => new SharedDatabase(path),
  katas: { KataParser, KataCompiler, KataRegistry },
  ContractParser,
  matchesCron,
  choosePluginFiles,
  async boot(folders) {
    const host = await startHost({
      home: folders.home,
      agentDirs: [folders.projectAgents, folders.externalAgents],
      pluginDirs: [folders.projectPlugins, folders.userPlugins],
      dbPath: folders.dbPath,
    });
    const names = (): string[] => host.agents.map(({ name }) => name);
    return {
      api: host.api,
      url: host.url,
      registered: names,
      reload: async (filePath) => void (await host.reload(filePath)),
      stop: host.stop,
    };
  },
};
