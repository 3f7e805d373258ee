import { join } from "node:path";
import { write } from "./fake-dist.ts";

/** A project with the layout of this one, as small as it can be, with one package in its services. */
export function writeProject(root: string, changes: Record<string, string> = {}): string {
  for (const [path, text] of Object.entries({ ...project, ...changes })) write(join(root, path), text);
  return root;
}

const agent = (name: string, body: string) => `
import { attachRuntime } from "../lib/runtime/attach.ts";
export default class ${name} {${body}
  constructor(api: unknown) { attachRuntime(api); }
  execute(): void {}
}
`;

const project: Record<string, string> = {
  "agents/dojo-agent.ts": agent("DojoAgent", '\n  load = () => import("../lib/web/page.ts");'),
  "agents/realm-sync-agent.ts": agent("RealmSyncAgent", '\n  static schedule = "0 6 * * *";'),
  "plugins/realms/index.ts": 'export default { name: "realms", description: "Realms.", methods: {} };\n',
  "lib/runtime/attach.ts": 'export const attachRuntime = () => import("./services.ts");\n',
  "lib/runtime/services.ts":
    'import { leftPad } from "left";\nexport const openServices = (api: unknown) => leftPad(api);\n',
  "lib/web/page.ts": 'export const createPage = () => "page";\n',
  "lib/publish/share-folder.ts": 'export const shareFolder = () => "shared";\n',
  "lib/sync/child.ts": 'console.log("synced");\n',
  "lib/cli/main.ts": 'console.log("realms");\n',
  ...packageFiles("left", "export const leftPad = (text) => String(text).padStart(9);\n"),
};

/** A package in node_modules, with a licence unless told otherwise. */
export function packageFiles(name: string, code: string, licence: string | undefined = `Copyright ${name}`) {
  const folder = `node_modules/${name}`;
  const manifest = { name, version: "1.2.3", license: "MIT", type: "module", main: "index.js" };
  return {
    [`${folder}/package.json`]: JSON.stringify(manifest),
    [`${folder}/index.js`]: code,
    ...(licence === undefined ? {} : { [`${folder}/LICENSE`]: licence }),
  };
}
