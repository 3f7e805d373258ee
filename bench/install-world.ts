import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { KataCompiler, KataParser, KataRegistry, RONIN_VERSION, startHost } from "ronin-plugin-api";
import { createBus } from "../lib/bus.ts";
import { systemClock } from "../lib/clock.ts";
import type { InstallDeps, InstallHost } from "../lib/install/deps.ts";
import { createInstaller, type Installer } from "../lib/install/installer.ts";
import { planInstall } from "../lib/install/plan.ts";
import type { InstallOffer, KataInstallRequest } from "../lib/model/install.ts";
import { createRealmClient } from "../lib/realm-client/client.ts";
import { openRegistry } from "../lib/registry/open.ts";
import { APPROVAL_KEY_BYTES } from "../lib/trust/approval-proof.ts";
import { describeCompiled } from "../lib/trust/describe.ts";
import { REALM_ID, silentLog } from "./home.ts";
import { installSources } from "./install-katas.ts";

/** A host under `confirmed` approvals, its default, with a realm of katas that can be installed. */
export interface InstallWorld extends AsyncDisposable {
  deps: InstallDeps;
  host: InstallHost;
  installer: Installer;
  recordsPath: string;
  key: Uint8Array;
  /** Opens a request as the Dojo does, with what a person is shown. */
  propose(name: string): { request: KataInstallRequest; offer: InstallOffer };
}

export async function openInstallWorld(folder: string, realmUrl: string): Promise<InstallWorld> {
  mkdirSync(folder, { recursive: true });
  const skills = new Set(["local.notify", "local.reasoning"]);
  const hasSkill = (name: string): boolean => skills.has(name);
  const running = await startHost({ home: folder, http: false });
  const recordsPath = join(folder, "ronin.db");
  const { registry, close } = openRegistry({
    recordsPath,
    indexPath: join(folder, "ronin.realms-index.db"),
    hasSkill,
  });
  const realm = { id: REALM_ID, name: "Bench", type: "custom", url: realmUrl, enabled: true } as const;
  registry.registerRealm(realm);
  const [parser, compiler] = [new KataParser(), new KataCompiler()];
  const host: InstallHost = {
    version: RONIN_VERSION,
    parser,
    compiler,
    registry: new KataRegistry(running.api),
  };
  const sources = installSources().map((bytes) => new TextDecoder().decode(bytes));
  registry.indexKatas(
    REALM_ID,
    sources.map((source) => describeCompiled(compiler.compile(parser.parse(source)), source)),
  );
  const key = new Uint8Array(APPROVAL_KEY_BYTES).fill(7);
  const client = createRealmClient();
  const deps: InstallDeps = {
    registry,
    bus: createBus(running.api.events, silentLog),
    log: silentLog,
    clock: systemClock,
    owner: folder,
    host: async () => host,
    hasSkill,
    fetchSource: (_realmId, hash, signal) => client.fetchSource(realm, hash, signal),
    proposeAgain: async () => {},
    approvals: { mode: "confirmed", key: () => key },
    database: recordsPath,
  };
  const installer = createInstaller(deps);
  return {
    deps,
    host,
    installer,
    recordsPath,
    key,
    propose(name) {
      const { planHash } = planInstall(deps, { realm: REALM_ID, name, version: "v1" });
      const [kata] = registry.getVersions(REALM_ID, name);
      if (kata === undefined) throw new Error(`The realm has no ${name}.`);
      const { version, sourceHash, compiledHash } = kata;
      const offer = { version, sourceHash, compiledHash, planHash };
      return { request: registry.requestInstall(name, version, REALM_ID, { offers: [offer] }), offer };
    },
    async [Symbol.asyncDispose]() {
      await installer.stop();
      close();
      await running.stop();
    },
  };
}
