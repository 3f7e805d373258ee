import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build, projectRoot } from "../../lib/build/build.ts";
import { syncEntryPath } from "../../lib/runtime/sync-entry.ts";
import { makeFolder } from "./fake-dist.ts";
import { writeProject } from "./fixture-project.ts";

test("the sync's child is lib/sync/child.ts in a checkout", () => {
  expect(syncEntryPath()).toBe(join(projectRoot, "lib/sync/child.ts"));
  expect(existsSync(syncEntryPath())).toBe(true);
});

test("the sync's child is sync.mjs beside the built services, wherever that was dropped", async () => {
  using folder = makeFolder();
  const source = join(projectRoot, "lib/runtime/sync-entry.ts");
  const root = writeProject(join(folder.path, "project"), {
    "lib/runtime/services.ts": `export { syncEntryPath as openServices } from ${JSON.stringify(source)};\n`,
  });
  const outDir = join(folder.path, "dist");
  await build({ outDir, root, version: "1.0.0" });

  const services = (await import(join(outDir, "agents/ronin-realms/services.mjs"))) as {
    openServices: () => string;
  };
  expect(services.openServices()).toBe(join(outDir, "agents/ronin-realms/sync.mjs"));
  expect(existsSync(services.openServices())).toBe(true);
});
