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
  addRealm("zzz", [row("track.recurring_subscriptions")]);
  const [best, ...others] = searchRealms(registry, toSearchWords(NEED));
  expect(best).toMatchObject({ fromRealm: "zzz", name: "track.recurring_subscriptions" });
  expect(others).toHaveLength(200);
});

test("katas that hold a word of nearly the same meaning are found beside those that hold the word", () => {
  const { registry } = createTestDojo({
    realms: { central: [row("list.presents"), row("list.gifts"), row("list.zebras")] },
  });
  const found = searchRealms(registry, toSearchWords("a present"));
  expect(found.map(({ name }) => name)).toEqual(["list.presents", "list.gifts"]);
});

test("where the words themselves find enough, the index is not asked for their relatives", () => {
  const { registry, addRealm } = createTestDojo();
  addRealm(
    "full",
    Array.from({ length: 200 }, (_, index) => row(`present.k${index}`)),
  );
  const asked: string[] = [];
  const watched = {
    getEnabledRealms: () => registry.getEnabledRealms().filter(({ id }) => id === "full"),
    discover: (...args: Parameters<typeof registry.discover>) => {
      asked.push(args[0]);
      return registry.discover(...args);
    },
  };
  expect(searchRealms(watched, toSearchWords("give me a present"))).toHaveLength(200);
  expect(asked).toEqual(["present"]);
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
