import { expect, test } from "bun:test";
import { searchRealms } from "../../lib/dojo/search.ts";
import { toSearchWords } from "../../lib/dojo/words.ts";
import { row } from "./katas.ts";
import { createTestDojo } from "./test-dojo.ts";

const NEED = "track recurring subscriptions";

test("a realm that lists every word in every kata does not push another out of sight", () => {
  const description = "track recurring subscriptions";
  const { registry, addRealm } = createTestDojo();
  addRealm(
    "aaa",
    Array.from({ length: 250 }, (_, index) => row(`spam.k${index}`, "v1", { description })),
  );
  addRealm("zzz", [row("finance.subscriptions")]);
  const [best, ...others] = searchRealms(registry, toSearchWords(NEED));
  expect(best).toMatchObject({ fromRealm: "zzz", name: "finance.subscriptions" });
  expect(others).toHaveLength(200);
});

test("a kata that only holds the letters of a word does not hide one that holds the word", () => {
  const { registry } = createTestDojo({
    realms: { central: [row("async.asynchronous"), row("mirror", "v1", { tags: ["sync"] })] },
  });
  const found = searchRealms(registry, toSearchWords("sync"));
  expect(found.map(({ name }) => name)).toEqual(["mirror"]);
});

test("no words find nothing", () => {
  const { registry } = createTestDojo({ realms: { central: [row("finance.audit")] } });
  expect(searchRealms(registry, toSearchWords("please"))).toEqual([]);
});
