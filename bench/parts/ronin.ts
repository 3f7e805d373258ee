import { join } from "node:path";
import type { Row } from "../figures.ts";
import type { Stage } from "../stage.ts";

/** Its indexing takes more than a second for a thousand versions, so a tenth of the usual size has to do. */
const VERSIONS = 10_000;

/** The registry inside Ronin, where `RONIN_ROOT` names a checkout, beside ours at the same size; else no rows. */
export async function benchRonin(stage: Stage): Promise<Row[]> {
  const root = process.env.RONIN_ROOT;
  if (root === undefined || root === "") return [];
  const entry = join(import.meta.dir, "../peers/ronin-probe.ts");
  const versions = String(Math.min(stage.size, VERSIONS));
  const probe = Bun.spawn([process.execPath, entry, root, versions, stage.folder], { stderr: "inherit" });
  const [text, exitCode] = await Promise.all([new Response(probe.stdout).text(), probe.exited]);
  if (exitCode !== 0) throw new Error(`The registry of ${root} could not be measured.`);
  // Our own probe's one line; what a checkout prints by itself stands before it.
  return JSON.parse(text.trim().split("\n").at(-1) ?? "") as Row[];
}
