import type { AgentAPI, DatabaseAPI, EventsAPI, KataHost } from "../../lib/embedded-host/index.ts";

/** What the suite needs of a host, so that one and the same test runs against the embedded and the real one. */
export interface ContractHost {
  createEvents(): EventsAPI;
  openDatabase(path: string): DatabaseAPI & { close(): void };
  katas: Pick<KataHost, "KataParser" | "KataCompiler" | "KataRegistry">;
  ContractParser: NonNullable<KataHost["ContractParser"]>;
  matchesCron(expression: string, date: Date): boolean;
  choosePluginFiles(files: string[]): string[];
  /** Starts a host over the given folders, with the HTTP server on a free loopback port. */
  boot(folders: ContractFolders): Promise<BootedHost>;
}

export interface ContractFolders {
  home: string;
  projectAgents: string;
  externalAgents: string;
  projectPlugins: string;
  userPlugins: string;
  dbPath: string;
}

export interface BootedHost {
  api: AgentAPI;
  url: string;
  /** Names of the registered agents as they are now. */
  registered(): string[];
  /** Loads a changed file again, events included. */
  reload(filePath: string): Promise<void>;
  stop(): Promise<void>;
}
