import { expect, test } from "bun:test";
import { join } from "node:path";

async function runChild(survive: boolean): Promise<{ exitCode: number; output: string }> {
  const script = join(import.meta.dir, "unhandled-child.ts");
  const child = Bun.spawn([process.execPath, script, String(survive)], { stdout: "pipe", stderr: "ignore" });
  return { output: (await child.stdout.text()).trim(), exitCode: await child.exited };
}

test("a surviving host logs a lost rejection without its message", async () => {
  expect(await runChild(true)).toEqual({
    exitCode: 0,
    output: '[{"level":"error","message":"unhandled rejection, crash prevented","detail":{"reason":{}}}]',
  });
});

test("a host that was not told to survive lets the process end", async () => {
  expect((await runChild(false)).exitCode).toBe(1);
});
