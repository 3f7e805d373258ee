import { describe, expect, test } from "bun:test";
import { CommandError } from "../../lib/cli/command-error.ts";
import { findKata } from "../../lib/cli/kata-address.ts";
import type { BrowseView } from "../../lib/desk/shown.ts";

/** A desk at which these realms have a kata of the name that is looked for, or of a longer one. */
function deskWith(...having: Array<[realm: string, name: string]>) {
  return {
    search: async () =>
      ({
        results: having.map(([id, name]) => ({ name, realm: { id } })),
      }) as unknown as BrowseView,
  };
}

async function codeOf(run: Promise<unknown>): Promise<string> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CommandError)) throw new Error(`expected a CommandError, got ${error}`);
  return `${error.code}: ${error.message}`;
}

describe("a kata's name as a person writes it", () => {
  test("is taken as it stands with its realm, without a search", async () => {
    expect(await findKata(deskWith(), "acme:finance.audit@v2")).toEqual({
      realm: "acme",
      name: "finance.audit",
      version: "v2",
    });
  });

  test("means the one realm that has it", async () => {
    const desk = deskWith(["acme", "finance.audit"], ["other", "finance.audit.more"]);
    expect(await findKata(desk, "finance.audit")).toMatchObject({ realm: "acme", version: undefined });
  });

  test("means the realm it came from although this Ronin has a copy, and the copy where no realm has it", async () => {
    const copy: [string, string] = ["local", "finance.audit"];
    expect(await findKata(deskWith(copy, ["acme", "finance.audit"]), "finance.audit")).toMatchObject({
      realm: "acme",
    });
    expect(await findKata(deskWith(copy), "finance.audit")).toMatchObject({ realm: "local" });
  });

  test("that two realms have is an error that names both in full", async () => {
    const desk = deskWith(["acme", "finance.audit"], ["public", "finance.audit"]);
    const said = await codeOf(findKata(desk, "finance.audit@v1"));
    expect(said).toStartWith("ambiguous_kata: ");
    expect(said).toContain("\n  acme:finance.audit@v1\n  public:finance.audit@v1");
  });

  test("that no realm has is an error, not a guess", async () => {
    expect(await codeOf(findKata(deskWith(["acme", "finance.audits"]), "finance.audit"))).toStartWith(
      "unknown_kata: ",
    );
  });

  test.each(["Finance", "a:b:c", "acme:", "x@1", "x@v0", "../x", ""])("%j is wrong usage", async (given) => {
    expect(await codeOf(findKata(deskWith(), given))).toStartWith("usage: ");
  });
});
