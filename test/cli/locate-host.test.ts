import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError } from "../../lib/cli/command-error.ts";
import { type HostOptions, locateHost } from "../../lib/cli/locate-host.ts";
import { type HostNote, writeHostNote } from "../../lib/runtime/host-note.ts";
import { hostNotePath } from "../../lib/runtime/paths.ts";
import { codeOf } from "../support/throws.ts";

let folder: string;
let env: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "realms-locate-"));
  env = { RONIN_REALMS_HOME: join(folder, "state") };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function locate(options: HostOptions = {}, more: Record<string, string> = {}) {
  return locateHost(options, { env: { ...env, ...more }, cwd: folder });
}

function noteHost(databasePath: string): HostNote {
  const note: HostNote = {
    pid: 1,
    port: 4100,
    databasePath,
    approvals: "confirmed",
    roninVersion: "1.1.1",
    startedAt: 1,
  };
  writeHostNote(hostNotePath(env), note);
  return note;
}

describe("the host is found", () => {
  test("with nothing to go by: in this folder, on port 3000", () => {
    expect(locate()).toEqual({ databasePath: join(folder, "ronin.db"), port: 3000, note: undefined });
  });

  test("by the note of the last start", () => {
    const note = noteHost("/srv/ronin.db");
    expect(locate()).toEqual({ databasePath: "/srv/ronin.db", port: 4100, note });
  });

  test("by WEBHOOK_PORT before the note", () => {
    noteHost("/srv/ronin.db");
    expect(locate({}, { WEBHOOK_PORT: "4200" })).toMatchObject({ databasePath: "/srv/ronin.db", port: 4200 });
  });

  test("by the options before everything else, a file relative to this folder", () => {
    noteHost("/srv/ronin.db");
    const found = locate({ db: "data/other.db", port: 4300 }, { WEBHOOK_PORT: "4200" });
    expect(found).toMatchObject({ databasePath: join(folder, "data/other.db"), port: 4300 });
  });

  test("without the note's port when the option names another database than the note", () => {
    noteHost("/srv/ronin.db");
    expect(locate({ db: "other.db" })).toMatchObject({ port: 3000, note: undefined });
  });

  test("with the note's port when the option names the same file by another path", () => {
    mkdirSync(join(folder, "real"));
    writeFileSync(join(folder, "real/ronin.db"), "");
    symlinkSync(join(folder, "real"), join(folder, "link"));
    noteHost(join(folder, "real/ronin.db"));
    expect(locate({ db: "link/ronin.db" }).port).toBe(4100);
  });

  test("as if there were no note when it cannot be read", () => {
    mkdirSync(join(folder, "state"));
    writeFileSync(hostNotePath(env), "{");
    expect(locate()).toMatchObject({ port: 3000, note: undefined });
  });

  test("not at all when WEBHOOK_PORT is no port", () => {
    for (const port of ["0", "65536", "3e3", "-1", "http"]) {
      expect(codeOf(() => locate({}, { WEBHOOK_PORT: port }), CommandError)).toBe("usage");
    }
  });
});
