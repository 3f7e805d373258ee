import { describe, expect, test } from "bun:test";
import { realmSchema } from "../../lib/model/realm.ts";

const root = "a".repeat(64);

function parse(fields: object) {
  const realm = { id: "team", name: "Team", type: "custom", url: "https://realm.example/v1", enabled: true };
  return realmSchema.safeParse({ ...realm, ...fields });
}

describe("the mirrors of a realm", () => {
  test("lose their slashes at the end, as its url does", () => {
    const mirrors = ["https://one.example/v1/", "http://127.0.0.1:8080"];
    expect(parse({ mirrors }).data?.mirrors).toEqual(["https://one.example/v1", "http://127.0.0.1:8080"]);
  });

  test("are at most three", () => {
    const mirrors = [1, 2, 3].map((n) => `https://m${n}.example`);
    expect(parse({ mirrors }).success).toBe(true);
    expect(parse({ mirrors: [...mirrors, "https://m4.example"] }).success).toBe(false);
  });

  test.each([
    ["http://mirror.example/v1"],
    ["https://user:pass@mirror.example"],
    ["https://mirror.example/?x=1"],
    ["file:///srv/realm"],
    ["mirror.example"],
    [""],
  ])("may not be %p", (mirror) => {
    expect(parse({ mirrors: ["https://good.example", mirror] }).error?.issues[0]?.path[0]).toBe("mirrors");
  });

  test("may be plain http: for a realm pinned by its root, also when it has a key: no mirror is given it", () => {
    const mirrors = ["http://mirror.example/v1"];
    expect(parse({ mirrors, root }).success).toBe(true);
    expect(parse({ mirrors, root, apiKey: "key" }).success).toBe(true);
  });
});
