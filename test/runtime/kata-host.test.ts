import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostApi, KataHost } from "../../lib/host.ts";
import { findKataHost } from "../../lib/runtime/kata-host.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "realms-root-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bare = {} as HostApi;
const handedOver = {
  version: "9.0.0",
  KataParser: class {},
  KataCompiler: class {},
  KataRegistry: class {},
} as unknown as KataHost;
const nowhere = "/nowhere/entry.js";

/** The few files of a Ronin checkout that the bridge reads. */
function makeCheckout(name: string, { manifest = "ronin", version = "1.1.1", classes = true } = {}): string {
  const root = join(folder, name);
  mkdirSync(join(root, "src/kata"), { recursive: true });
  mkdirSync(join(root, "src/utils"), { recursive: true });
  writeFileSync(join(root, "package.json"), JSON.stringify({ name: manifest }));
  writeFileSync(
    join(root, "src/kata/index.ts"),
    classes
      ? "export class KataParser {}\nexport class KataCompiler {}\nexport class KataRegistry {}\n"
      : "export class KataParser {}\n",
  );
  writeFileSync(join(root, "src/utils/version.ts"), `export const RONIN_VERSION = "${version}";\n`);
  return root;
}

describe("finding the running host's kata classes", () => {
  test("takes the running Ronin's own, before anything that is handed over", async () => {
    const root = makeCheckout("ronin", { version: "1.4.0" });
    const host = await findKataHost({ host: handedOver } as HostApi, { RONIN_PROJECT_ROOT: root }, nowhere);
    expect(host.version).toBe("1.4.0");
    expect(host.KataParser.name).toBe("KataParser");
  });

  test.each([
    ["takes its parser of contract files along", "export class ContractParserV2 {}", true],
    ["does without one that has another name", "export class Other {}", false],
    ["does without one that cannot be loaded", "import './nowhere.ts';", false],
  ])("%s", async (_what, text, isThere) => {
    const root = makeCheckout(`contracts-${isThere}-${text.length}`);
    mkdirSync(join(root, "src/contract"));
    writeFileSync(join(root, "src/contract/parser-v2.ts"), text);
    const host = await findKataHost(bare, { RONIN_PROJECT_ROOT: root }, nowhere);
    expect(host.ContractParser !== undefined).toBe(isThere);
  });

  test("finds the checkout from the entry script when the environment does not name it", async () => {
    const root = makeCheckout("linked", { version: "1.5.0" });
    const host = await findKataHost(bare, {}, join(root, "src/kata/index.ts"));
    expect(host.version).toBe("1.5.0");
  });

  test("takes what a host hands over when it is no Ronin checkout", async () => {
    const root = makeCheckout("other", { manifest: "something-else" });
    expect(await findKataHost({ host: handedOver } as HostApi, { RONIN_PROJECT_ROOT: root }, nowhere)).toBe(
      handedOver,
    );
  });

  test("does not go on looking when the running Ronin's own cannot be loaded", async () => {
    const root = makeCheckout("half", { classes: false });
    const finding = findKataHost({ host: handedOver } as HostApi, { RONIN_PROJECT_ROOT: root }, nowhere);
    expect(finding).rejects.toMatchObject({ code: "kata_classes_not_found" });
  });

  test("ends its search at the root for an entry that is no absolute path", async () => {
    expect((await findKataHost({ host: handedOver } as HostApi, {}, "entry.js")).version).toBe("9.0.0");
  });

  test("takes the peer package last", async () => {
    const host = await findKataHost(bare, {}, nowhere);
    const peer = await import("ronin-plugin-api");
    expect<unknown>(host.KataCompiler).toBe(peer.KataCompiler);
    expect(host.version).toBe("1.1.1");
  });

  test("says what was looked for when there is nothing", async () => {
    const root = makeCheckout("none", { manifest: "something-else" });
    const entry = join(folder, "build.js");
    const script = `
      import { findKataHost } from ${JSON.stringify(join(import.meta.dir, "../../lib/runtime/kata-host.ts"))};
      console.log(JSON.stringify(await findKataHost({}, { RONIN_PROJECT_ROOT: ${JSON.stringify(root)} }, "/nowhere/x.js")
        .then((host) => host.version, (error) => [error.code, error.message])));`;
    // Built, so that the peer package is looked for from a folder where none is installed, as in a user's home.
    const built = await Bun.build({ entrypoints: [writeScript(script)], target: "bun" });
    writeFileSync(entry, await (built.outputs[0]?.text() ?? ""));
    const child = Bun.spawnSync([process.execPath, entry], { cwd: folder });
    const [code, message] = JSON.parse(child.stdout.toString());
    expect(code).toBe("kata_classes_not_found");
    for (const place of [root, "api.host", "ronin-plugin-api"]) expect(message).toContain(place);
  });
});

function writeScript(text: string): string {
  const path = join(folder, "script.ts");
  writeFileSync(path, text);
  return path;
}
