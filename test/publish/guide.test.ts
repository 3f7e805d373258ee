import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { runRealms } from "../../lib/cli/run.ts";

/** A piece of the guide: a file to write, or commands with what they print. */
type Block = { kind: "kata"; file: string; text: string } | { kind: "console"; text: string };

const guide = readFileSync(join(import.meta.dir, "../../docs/publishing.md"), "utf8");
const NOW = Date.parse("2026-11-22T06:00:00Z");

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "realms-guide-"));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

test("the publisher's guide prints what the command prints", async () => {
  const blocks = readBlocks(guide);
  expect(blocks.length).toBeGreaterThan(6);
  let cwd = home;
  for (const block of blocks) {
    if (block.kind === "kata") {
      await Bun.write(join(cwd, block.file), block.text);
      continue;
    }
    const printed: string[] = [];
    for (const line of block.text.split("\n").filter((line) => line.startsWith("$ "))) {
      const [program, ...args] = split(line.slice(2));
      printed.push(line);
      if (program === "cd") cwd = join(cwd, args[0] ?? "");
      else printed.push(await realms(args, cwd));
    }
    expect(`${printed.join("\n").trimEnd()}\n`).toBe(block.text);
  }
});

test("the publisher's guide lists every code that a build can refuse with", () => {
  const source = readFileSync(join(import.meta.dir, "../../lib/publish/publish-error.ts"), "utf8");
  const codes = [...source.matchAll(/^ {2}\| "([a-z0-9_]+)"/gm)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(20);
  expect(codes.filter((code) => !guide.includes(`\`${code}\``))).toEqual([]);
});

function readBlocks(text: string): Block[] {
  return [...text.matchAll(/^```(console|kata)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(
    ([, kind, file = "", body = ""]) =>
      kind === "kata" ? { kind, file, text: body } : { kind: "console", text: body },
  );
}

function split(line: string): string[] {
  return line.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', "")) ?? [];
}

async function realms(args: readonly string[], cwd: string): Promise<string> {
  let printed = "";
  const output = new Writable({
    write(chunk, _encoding, done) {
      printed += String(chunk);
      done();
    },
  });
  await runRealms(args, {
    env: {},
    cwd,
    clock: { now: () => NOW },
    stdin: new PassThrough(),
    stdout: output,
    stderr: output,
    isTTY: false,
    userName: () => "mira",
    wait: async () => {},
    signal: new AbortController().signal,
  });
  return printed;
}
