import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { BootedHost, ContractFolders } from "./host.ts";
import { host } from "./hosts.ts";

/** A temp folder laid out like a home and a project, and a host started over it. */
export class Workspace implements AsyncDisposable {
  readonly root = mkdtempSync(join(tmpdir(), "ronin-contract-"));
  #booted: BootedHost | undefined;

  /** Writes `project/…` or `home/…` files, by path below the workspace. Returns the absolute path. */
  write(path: string, text: string): string {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /** An agent that notes its construction, and the event `ping` for as long as its handler lives. */
  writeAgent(path: string, mark: string, body = "async execute() {}"): string {
    const note = (what: string): string => `globalThis[Symbol.for("contract.trace")].push(${what})`;
    return this.write(
      path,
      `export default class {
        constructor(api) {
          ${note(JSON.stringify(`new ${mark}`))};
          api.events.on("ping", () => ${note(JSON.stringify(`ping ${mark}`))});
          this.constructed?.(api);
        }
        ${body}
      }`,
    );
  }

  async boot(): Promise<BootedHost> {
    // The real host starts its server for the first route or webhook only.
    this.write(
      "project/agents/route-agent.ts",
      `export default class { constructor(api) { api.http.registerRoute("/contract", () => new Response("here")) } async execute() {} }`,
    );
    const folders: ContractFolders = {
      home: join(this.root, "home"),
      projectAgents: join(this.root, "project/agents"),
      externalAgents: join(this.root, "home/.ronin/agents"),
      projectPlugins: join(this.root, "project/plugins"),
      userPlugins: join(this.root, "home/.ronin/plugins"),
      dbPath: join(this.root, "ronin.db"),
    };
    this.#booted = await host.boot(folders);
    return this.#booted;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#booted?.stop();
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** What agents and plugins of the workspace noted, oldest first. Reading empties it. */
export function takeTrace(): string[] {
  return trace.splice(0);
}

const trace: string[] = [];
Object.assign(globalThis, { [Symbol.for("contract.trace")]: trace });
