import { describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = process.env.RONIN_ROOT;
const isChild = process.env.CONTRACT_ROOT !== undefined;
const suites = readdirSync(import.meta.dir).filter(
  (file) => file.endsWith(".test.ts") && file !== "real-host.test.ts",
);

// In processes of their own: the host's modules write to the home folder, print as they load, and keep their tools
// once for the whole process.
describe.skipIf(!root || isChild)("the Ronin checkout that RONIN_ROOT names", () => {
  test.each(suites)(
    "keeps the contract of %s",
    async (suite) => {
      const home = mkdtempSync(join(tmpdir(), "ronin-home-"));
      try {
        const child = Bun.spawn([process.execPath, "test", join(import.meta.dir, suite)], {
          env: { ...process.env, HOME: home, CONTRACT_ROOT: root },
          stdout: "ignore",
          stderr: "pipe",
        });
        const [report, exitCode] = await Promise.all([child.stderr.text(), child.exited]);
        const failed = report.split("\n").filter((line) => line.startsWith("(fail)"));
        expect(failed).toEqual([]);
        expect(exitCode).toBe(0);
        expect(report).toMatch(/[1-9]\d* pass/);
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    },
    60_000,
  );
});
