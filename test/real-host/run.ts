/**
 * Boots the Ronin that RONIN_ROOT names, in scratch folders, with the built pack, and walks the guide's story in
 * it. `--record` keeps the output in docs/host-run.md. Not part of `npm test`: it needs a Ronin checkout.
 *
 *   RONIN_ROOT=/path/to/ronin npm run test:host
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { KataCompiler, KataParser, RONIN_VERSION } from "ronin-plugin-api";
import { serveRealm } from "../../examples/demo/realm-server.ts";
import { build, projectRoot } from "../../lib/build/build.ts";
import { buildOneFileRealm } from "../../lib/publish/one-file-realm.ts";
import { createReport } from "./report.ts";
import { findRonin } from "./ronin-checkout.ts";
import { scenarios } from "./scenarios.ts";

async function main(): Promise<number> {
  const ronin = findRonin(process.env);
  if (ronin === undefined) {
    console.error("test:host: RONIN_ROOT must name a Ronin checkout with its dependencies installed.");
    return 1;
  }
  const report = createReport();
  report.line(`Ronin ${ronin.version}, commit ${ronin.commit}; Bun ${Bun.version}`);
  const dist = join(projectRoot, "dist");
  await build({ outDir: dist });
  const realm = serveRealm(
    await buildOneFileRealm(
      join(projectRoot, "examples/katas"),
      { id: "examples", name: "Example katas" },
      { version: RONIN_VERSION, parser: new KataParser(), compiler: new KataCompiler() },
    ),
  );
  try {
    for (const [title, play] of scenarios) {
      report.line(`\n## ${title}\n`);
      await report.guard(() => play({ ronin, dist, realmUrl: realm.url, report }));
    }
  } finally {
    await realm.stop();
  }
  report.line(`\n${report.passed} passed, ${report.failed} failed`);
  if (process.argv.includes("--record"))
    await writeFile(join(projectRoot, "docs/host-run.md"), report.toMarkdown());
  return report.failed === 0 ? 0 : 1;
}

process.exitCode = await main();
