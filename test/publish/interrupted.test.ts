import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkRealm, type RealmCheck } from "../../lib/publish/check/check-realm.ts";
import { createFolderReader } from "../../lib/publish/realm-reader.ts";
import { contents, createHost, HOUR, kata, makeRealmFolder, type RealmFolder } from "./realm-folder.ts";

let folder: RealmFolder;
beforeEach(async () => {
  folder = makeRealmFolder();
  for (const index of [1, 2, 3]) folder.put(`${index}.kata`, kata(`old.k${index}`, "v1"));
  await folder.build();
  folder.put("4.kata", kata("new.k4", "v1"));
  folder.put("5.kata", kata("new.k5", "v1"));
});
afterEach(() => folder[Symbol.dispose]());

/** What somebody who reads the folder now would find. */
function check(site: string): Promise<RealmCheck> {
  const reader = createFolderReader(site);
  return checkRealm(reader, {
    reader,
    host: createHost(),
    now: folder.now,
    onProgress: () => {},
    signal: new AbortController().signal,
  });
}

function stagedFiles(site: string): string[] {
  return readdirSync(site, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".tmp"));
}

describe("a build that is stopped", () => {
  test("before any of its files leaves the old realm valid, and the next one ends where it would have", async () => {
    const now = folder.now + 10 * HOUR;
    const whole = join(folder.path, "whole");
    cpSync(folder.site, whole, { recursive: true });
    const { written } = await folder.build({ out: whole, now });
    expect(written.length).toBeGreaterThan(5);

    for (const stopAt of written) {
      const site = join(folder.path, "stopped");
      cpSync(folder.site, site, { recursive: true });
      const stopped = folder.build(
        { out: site, now },
        {
          onWrite(path) {
            if (path === stopAt) throw new Error("stopped");
          },
        },
      );
      await expect(stopped).rejects.toThrow("stopped");
      const { errors, summary } = await check(site);
      expect([stopAt, errors, summary?.seq, summary?.versions]).toEqual([stopAt, [], 1, 3]);
      await folder.build({ out: site, now });
      expect([stopAt, contents(site)]).toEqual([stopAt, contents(whole)]);
      rmSync(site, { recursive: true });
    }
  });

  test("by a disk that does not take a file says which, keeps the old realm and leaves nothing lying around", async () => {
    const now = folder.now + 10 * HOUR;
    const whole = join(folder.path, "whole");
    cpSync(folder.site, whole, { recursive: true });
    const { written } = await folder.build({ out: whole, now });

    for (const path of written.filter((path) => /^(katas|packs)\//.test(path))) {
      const site = join(folder.path, "broken");
      cpSync(folder.site, site, { recursive: true });
      // A folder in the file's place: the bytes can be written beside it and not be put there.
      mkdirSync(join(site, path, "in-the-way"), { recursive: true });
      await expect(folder.build({ out: site, now })).rejects.toMatchObject({
        code: "write_failed",
        problems: [{ file: path }],
      });
      const { errors, summary } = await check(site);
      expect([path, errors, summary?.seq]).toEqual([path, [], 1]);
      expect(stagedFiles(site)).toEqual([]);
      rmSync(site, { recursive: true });
    }
  });

  test("by SIGKILL leaves a valid realm, and the next one clears up behind it", async () => {
    for (let index = 0; index < 400; index += 1)
      folder.put(`many/${index}.kata`, kata(`many.k${index}`, "v1"));
    const child = Bun.spawn(
      [
        process.execPath,
        join(import.meta.dir, "../../lib/cli/main.ts"),
        "build",
        folder.katas,
        "--out",
        folder.site,
      ],
      { stdout: "ignore", stderr: "ignore", env: { PATH: process.env.PATH } },
    );
    const before = readdirSync(join(folder.site, "katas")).length;
    while (child.exitCode === null && readdirSync(join(folder.site, "katas")).length < before + 20)
      await Bun.sleep(1);
    child.kill("SIGKILL");
    await child.exited;
    const { errors, summary } = await check(folder.site);
    expect(errors).toEqual([]);
    expect([1, 2]).toContain(summary?.seq ?? 0);

    // What a kill in the middle of a file leaves behind, at any rate.
    writeFileSync(join(folder.site, "packs", `.x.gz.${crypto.randomUUID()}.tmp`), "half");
    folder.now = Date.now();
    folder.put("6.kata", kata("new.k6", "v1"));
    await folder.build();
    expect(stagedFiles(folder.site)).toEqual([]);
    expect(await check(folder.site)).toMatchObject({ errors: [], summary: { versions: 406 } });
  }, 20_000);
});
