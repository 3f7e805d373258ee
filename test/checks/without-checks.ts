import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Check, namePattern, readChecks, root, withoutCheck } from "./checks.ts";

/**
 * Takes each security check out, in a copy of the repository, and runs the test that guards it: the test must pass
 * with the check and fail without. A check whose test passes all the same is one that nobody would miss.
 */

const TIMEOUT_MS = 60_000;
const AT_ONCE = 2;

const { values } = parseArgs({ options: { only: { type: "string", default: "" } } });
const checks = readChecks().filter(({ check, file }) => `${check} ${file}`.includes(values.only));
const waiting = [...checks];
const problems: string[] = [];
/** How each test ends with all checks in place. */
const untouched = new Map<string, ReturnType<typeof runTest>>();

await Promise.all(Array.from({ length: AT_ONCE }, work));
for (const problem of problems) console.error(problem);
console.log(`${checks.length - problems.length} of ${checks.length} checks bite`);
process.exit(problems.length === 0 && checks.length > 0 ? 0 : 1);

async function work(): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), "realms-without-"));
  try {
    copyTree(copy);
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const problem = await findProblem(copy, check);
      if (problem !== undefined) problems.push(`${check.check} (${check.file}): ${problem}`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function copyTree(copy: string): void {
  const left = new Set(["node_modules", ".git", "dist"]);
  cpSync(root, copy, { recursive: true, filter: (path) => !left.has(path.slice(root.length + 1)) });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
}

async function findProblem(copy: string, check: Check): Promise<string | undefined> {
  const path = join(copy, check.file);
  const text = readFileSync(path, "utf8");
  const key = `${check.test.file} ${check.test.name}`;
  const running = untouched.get(key) ?? runTest(copy, check);
  untouched.set(key, running);
  const before = await running;
  if (before !== "passed") return `its test ${before} with the check in place`;
  writeFileSync(path, withoutCheck(text, check));
  try {
    const after = await runTest(copy, check);
    return after === "failed" ? undefined : `its test ${after} without the check`;
  } finally {
    writeFileSync(path, text);
  }
}

/** `broke off`: no test failed, but the run did, as for a file that cannot be loaded. That shows nothing. */
async function runTest(copy: string, { test }: Check): Promise<"passed" | "failed" | "broke off"> {
  const run = Bun.spawn(
    [process.execPath, "test", "--timeout", "30000", "-t", namePattern(test.name), test.file],
    { cwd: copy, stdout: "pipe", stderr: "pipe", timeout: TIMEOUT_MS },
  );
  const output = await new Response(run.stderr).text();
  if ((await run.exited) === 0) return "passed";
  return /^\(fail\) /m.test(output) ? "failed" : "broke off";
}
