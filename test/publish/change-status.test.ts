import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { StatusChange } from "../../lib/publish/change-status.ts";
import { PublishError, type PublishErrorCode } from "../../lib/publish/publish-error.ts";
import { changedFiles, kata, makeRealmFolder, type RealmFolder, snapshot } from "./realm-folder.ts";

let folder: RealmFolder;
beforeEach(async () => {
  folder = makeRealmFolder();
  for (const version of ["v1", "v2", "v3"]) folder.put(`${version}.kata`, kata("acme.audit", version));
  await folder.build();
});
afterEach(() => folder[Symbol.dispose]());

const find = (version: string) => folder.rows().find((row) => row.version === version);

describe("ending a version", () => {
  test("changes its status, reason, replacement, number and time, and nothing else", async () => {
    const before = find("v1");
    const outcome = await folder.end({
      kata: "acme.audit@v1",
      status: "deprecated",
      reason: "v2 is faster",
      replacedBy: "acme.audit@v2",
    });
    expect(outcome).toMatchObject({ isChanged: true, kata: "acme:acme.audit@v1" });
    expect(find("v1")).toEqual({
      ...before,
      seq: 2,
      status: "deprecated",
      reason: "v2 is faster",
      replacedBy: "acme:acme.audit@v2",
      lastModified: folder.now,
    } as NonNullable<typeof before>);
    expect(find("v2")?.seq).toBe(1);
    expect(folder.pointer()).toMatchObject({ seq: 2, rows: 3 });
  });

  test("takes the realm's id in front, and a replacement in another realm", async () => {
    await folder.end({
      kata: "acme:acme.audit@v1",
      status: "withdrawn",
      reason: "Unsafe",
      replacedBy: "other:x.y@v9",
    });
    expect(find("v1")).toMatchObject({ status: "withdrawn", replacedBy: "other:x.y@v9" });
  });

  test("may go on from deprecated to withdrawn, and keeps the replacement", async () => {
    const change = { kata: "acme.audit@v1", replacedBy: "acme.audit@v2" };
    await folder.end({ ...change, status: "deprecated", reason: "Old" });
    await folder.end({ kata: change.kata, status: "withdrawn", reason: "Unsafe" });
    expect(find("v1")).toMatchObject({
      seq: 3,
      status: "withdrawn",
      reason: "Unsafe",
      replacedBy: "acme:acme.audit@v2",
    });
  });

  test("a second time with the same words writes nothing", async () => {
    const change = { kata: "acme.audit@v1", status: "withdrawn", reason: "Unsafe" } as const;
    await folder.end(change);
    const before = snapshot(folder.site);
    expect(await folder.end(change)).toMatchObject({ isChanged: false, written: [] });
    expect(changedFiles(before, snapshot(folder.site))).toEqual([]);
  });

  test("outlasts the next build of the same katas", async () => {
    await folder.end({ kata: "acme.audit@v1", status: "withdrawn", reason: "Unsafe" });
    folder.put("v4.kata", kata("acme.audit", "v4"));
    await folder.build();
    expect(find("v1")).toMatchObject({ seq: 2, status: "withdrawn", reason: "Unsafe" });
  });
});

describe("ending a version is refused", () => {
  const change = { kata: "acme.audit@v1", status: "withdrawn", reason: "Unsafe" } as const;
  test.each<[situation: string, code: PublishErrorCode, change: Omit<StatusChange, "out" | "now">]>([
    ["without a reason", "reason_missing", { ...change, reason: "" }],
    ["with a reason of blanks", "reason_missing", { ...change, reason: "  " }],
    ["deprecated without a reason", "reason_missing", { ...change, status: "deprecated", reason: "" }],
    ["with a reason that hides characters", "hidden_character", { ...change, reason: "Un\u200bsafe" }],
    ["with a reason that is too long", "text_too_long", { ...change, reason: "x".repeat(281) }],
    ["for a version that is not published", "unknown_version", { ...change, kata: "acme.audit@v9" }],
    ["for a name that is not published", "unknown_version", { ...change, kata: "acme.other@v1" }],
    ["for another realm's version", "unknown_version", { ...change, kata: "other:acme.audit@v1" }],
    ["for __proto__", "unknown_version", { ...change, kata: "__proto__" }],
    ["with a replacement that is no version", "replacement_refused", { ...change, replacedBy: "v2" }],
    [
      "with a replacement that is not published",
      "replacement_refused",
      { ...change, replacedBy: "acme.audit@v7" },
    ],
    ["with itself as replacement", "replacement_refused", { ...change, replacedBy: "acme.audit@v1" }],
  ])("%s", async (_situation, code, wrong) => {
    const before = snapshot(folder.site);
    const thrown = await folder.end(wrong).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(PublishError);
    expect(thrown).toMatchObject({ code });
    expect(changedFiles(before, snapshot(folder.site))).toEqual([]);
  });

  test("with a withdrawn version as replacement, and for one that was withdrawn before", async () => {
    await folder.end(change);
    await expect(
      folder.end({ ...change, kata: "acme.audit@v2", replacedBy: "acme.audit@v1" }),
    ).rejects.toMatchObject({ code: "replacement_refused" });
    await expect(folder.end({ ...change, status: "deprecated" })).rejects.toMatchObject({
      code: "already_withdrawn",
    });
  });

  test("in a folder that is no realm", async () => {
    using empty = makeRealmFolder();
    await expect(empty.end(change)).rejects.toMatchObject({ code: "nothing_published" });
  });
});
