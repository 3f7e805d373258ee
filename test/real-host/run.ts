/**
 * Boots the Ronin that RONIN_ROOT names, in scratch folders, with the built pack, and walks the guide's story in
 * it. `--record` keeps the output in docs/host-run.md. Not part of `npm test`: it needs a Ronin checkout.
 *
 *   RONIN_ROOT=/path/to/ronin npm run test:host
 */
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, projectRoot } from "../../lib/build/build.ts";
import { type PublishedRealm, publishSigned } from "./publisher.ts";
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
  report.line(
    "\nThe realm is made by the built command (`realms keys create`, `build`, `sign`), served on loopback, and\npinned by its root in the config.",
  );
  const dist = join(projectRoot, "dist");
  await build({ outDir: dist });
  const scratch = mkdtempSync(join(tmpdir(), "realms-published-"));
  const publish = (name: string) => publishSigned(dist, join(scratch, name));
  const servers: PublishedRealm[] = [];
  try {
    const realm = await publish("team");
    servers.push(realm);
    const impostor = await publish("impostor");
    servers.push(impostor);
    for (const [title, play] of scenarios) {
      report.line(`\n## ${title}\n`);
      await report.guard(() => play({ ronin, dist, realm, impostor, report }));
    }
  } finally {
    for (const server of servers) await server.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
  report.line(`\n${report.passed} passed, ${report.failed} failed`);
  if (process.argv.includes("--record"))
    await writeFile(join(projectRoot, "docs/host-run.md"), report.toMarkdown());
  return report.failed === 0 ? 0 : 1;
}

process.exitCode = await main();
