import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeLeftovers } from "../../lib/runtime/leftovers.ts";

const NOW = 1_790_000_000_000;

test("only what a killed process left a minute ago under a name of the pack's goes", () => {
  const folder = mkdtempSync(join(tmpdir(), "realms-leftovers-"));
  try {
    const write = (name: string, ageMs: number): void => {
      writeFileSync(join(folder, name), "x");
      utimesSync(join(folder, name), NOW / 1000, (NOW - ageMs) / 1000);
    };
    for (const name of [
      "host.json",
      "host.json.4711",
      "host.json.0123456789ab",
      "host.json.bak",
      "other.json.1",
    ])
      write(name, 60_000);
    write("host.json.4712", 59_000);
    removeLeftovers(join(folder, "host.json"), NOW);
    expect(readdirSync(folder).sort()).toEqual([
      "host.json",
      "host.json.4712",
      "host.json.bak",
      "other.json.1",
    ]);
    removeLeftovers(join(folder, "nowhere", "host.json"), NOW);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
