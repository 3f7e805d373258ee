import { RegistryError } from "../../../lib/errors.ts";
import { kataMetadataSchema } from "../../../lib/model/kata.ts";
import { createWorldWith, kataOf, realmOf } from "../../registry/world.ts";
import { mutateValue, oddTexts, oddValue, randomOf } from "../mutate.ts";
import { below, pick, type Random } from "../random.ts";
import { fail, type OpenTarget, orCode } from "../target.ts";

const words = [
  "finance",
  "audit",
  "mail",
  "subs",
  "notify.user",
  "finance.audit",
  "é",
  "日本",
  "a",
  "OR",
  "NEAR",
  "-",
  '"',
  "*",
  "(",
  ":",
  "^",
];

/** What people and models search for, and how they narrow it: katas of the asked realms, or `invalid_input`. */
export const queries: OpenTarget = () => {
  const { registry, records } = createWorldWith("central", realmOf("acme", { names: ["acme.*"] }));
  const katas = [
    "finance.audit",
    "finance.subscriptions",
    "notify.user",
    "mail.triage",
    `${"日本".length}.x`,
  ].flatMap((name) => [
    kataOf(name, "v1", { description: "Finds “mail” that costs money — é 日本語", tags: ["mail", "money"] }),
    kataOf(name, "v2", { requiredSkills: ["mail.search"], category: "Finance" }),
  ]);
  registry.indexKatas("central", katas);
  registry.indexKatas("acme", [...katas, kataOf("acme.own")]);
  return {
    name: "queries",
    check(one) {
      const random = randomOf(one);
      const query = one.kind === "odd" ? oddValue(random) : toQuery(random);
      const options = {
        limit: 5,
        offset: 0,
        tags: ["mail"],
        skills: ["mail.search"],
        category: "finance",
        complexity: "simple",
      };
      const given = one.kind === "mutated" ? mutateValue(options, random) : one.seed % 2 === 0 ? options : {};
      const realms = one.seed % 3 === 0 ? ["acme", pick(random, oddTexts)] : undefined;
      const ask = registry.discover.bind(registry) as (
        ...args: unknown[]
      ) => ReturnType<typeof registry.discover>;
      const answer = orCode(() => ask(query, realms, given), [RegistryError]);
      if ("code" in answer) {
        if (answer.code !== "invalid_input") fail(`a search ended as ${answer.code}`);
        if (one.kind === "valid") fail("a valid search is refused");
        return;
      }
      for (const found of answer.result) {
        if (realms !== undefined && found.fromRealm !== "acme") fail("found in a realm that was not asked");
        if (found.fromRealm === "central" && found.name.startsWith("acme."))
          fail("a bound name from a stranger");
        if (found.versions.length === 0) fail("found without a version");
        for (const version of found.versions) kataMetadataSchema.parse(version);
      }
    },
    close: () => records.close(),
  };
};

function toQuery(random: Random): string {
  return Array.from({ length: below(random, 7) }, () =>
    random() < 0.8 ? pick(random, words) : pick(random, oddTexts),
  ).join(pick(random, [" ", " ", "", " AND ", "\n"]));
}
