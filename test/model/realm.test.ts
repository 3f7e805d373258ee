import { describe, expect, test } from "bun:test";
import { byRealmOrder, isBoundName, type Realm, realmSchema } from "../../lib/model/realm.ts";

const realm: Realm = {
  id: "team",
  name: "Team",
  type: "custom",
  url: "https://team.example/v1",
  enabled: true,
};
const isRealm = (change: Record<string, unknown>) => realmSchema.safeParse({ ...realm, ...change }).success;

describe("a realm", () => {
  test("keeps its url without trailing slashes", () => {
    expect(realmSchema.parse({ ...realm, url: "https://team.example/v1//" }).url).toBe(
      "https://team.example/v1",
    );
  });

  test.each([
    ["https anywhere", { url: "https://team.example/v1" }],
    ["http on loopback", { url: "http://127.0.0.1:8080/realm" }],
    ["http on localhost", { url: "http://localhost:8080" }],
    ["http elsewhere when pinned", { url: "http://team.example", root: "a".repeat(64) }],
    ["local without a url", { type: "local", url: undefined }],
  ])("is accepted: %s", (_, change) => expect(isRealm(change)).toBe(true));

  test.each([
    ["http elsewhere", { url: "http://team.example" }],
    ["http elsewhere, pinned, with a key", { url: "http://team.example", root: "a".repeat(64), apiKey: "k" }],
    [
      "http elsewhere, pinned, with a key's variable",
      { url: "http://team.example", root: "a".repeat(64), apiKeyEnv: "K" },
    ],
    ["a file", { url: "file:///etc/passwd" }],
    ["data", { url: "data:application/json,{}" }],
    ["credentials in the url", { url: "https://user:pass@team.example" }],
    ["a query", { url: "https://team.example/?token=1" }],
    ["a fragment", { url: "https://team.example/#x" }],
    ["no url", { url: undefined }],
    ["a url that is none", { url: "team.example" }],
    ["an id with a slash", { id: "a/b" }],
    ["an id in capitals", { id: "Team" }],
    ["a loopback look-alike", { url: "http://127.0.0.1.evil.example" }],
    ["a key with a line break", { apiKey: "a\nb" }],
    ["a pattern in the middle", { names: ["acme.*.x"] }],
    ["a bare star", { names: ["*"] }],
  ])("is refused: %s", (_, change) => expect(isRealm(change)).toBe(false));

  test("order is custom, central, local, then by id", () => {
    const realms = [
      { id: "local", type: "local" },
      { id: "b", type: "custom" },
      { id: "central", type: "central" },
      { id: "a", type: "custom" },
    ] as const;
    expect([...realms].sort(byRealmOrder).map(({ id }) => id)).toEqual(["a", "b", "central", "local"]);
  });
});

describe("bound names", () => {
  test.each([
    ["acme.audit", ["acme.*"], true],
    ["acme.finance.audit", ["acme.*"], true],
    ["acme", ["acme.*"], false],
    ["acmeevil.audit", ["acme.*"], false],
    ["notify.user", ["notify.user"], true],
    ["notify.user.x", ["notify.user"], false],
    ["other", [], false],
  ] as const)("%s under %j: %p", (name, patterns, bound) => expect(isBoundName(name, patterns)).toBe(bound));
});
