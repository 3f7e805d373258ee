import { describe, expect, test } from "bun:test";
import { readSettings } from "../../lib/runtime/settings.ts";

const team = { id: "team", name: "Team", type: "custom", url: "https://team.example/v1" };
const read = (section: unknown) => {
  const { settings, problems } = readSettings(section);
  return { ...settings, problems: problems.map((problem) => problem.path), messages: problems.map(String) };
};

describe("the realms section of the config", () => {
  test("may be missing", () => {
    for (const section of [undefined, null, {}]) {
      expect(read(section)).toMatchObject({ approvals: undefined, realms: [], problems: [] });
    }
  });

  test("reads the page's further host names, and allows none that it does not understand", () => {
    expect(read({ page: { hosts: ["Ronin.LAN", "192.0.2.7"] } })).toMatchObject({
      pageHosts: ["ronin.lan", "192.0.2.7"],
      problems: [],
    });
    expect(read({ page: { hosts: ["ok.lan", "*", "a:3000", "", 7] } })).toMatchObject({
      pageHosts: ["ok.lan"],
      problems: [1, 2, 3, 4].map((position) => `realms.page.hosts[${position}]`),
    });
    for (const page of ["ronin.lan", { host: ["ronin.lan"] }, { hosts: "ronin.lan" }]) {
      expect(read({ page })).toMatchObject({ pageHosts: [], problems: ["realms.page"] });
    }
  });

  test("reads what is shared, and shares nothing that it does not understand", () => {
    expect(read({})).toMatchObject({ share: undefined });
    expect(read({ share: { folder: "/srv/realm" } })).toMatchObject({
      share: { folder: "/srv/realm", hosts: [] },
      problems: [],
    });
    expect(read({ share: { folder: "/srv/realm", hosts: ["Ronin.LAN", "*"] } })).toMatchObject({
      share: { folder: "/srv/realm", hosts: ["ronin.lan"] },
      problems: ["realms.share.hosts[1]"],
    });
    for (const [share, path] of [
      ["/srv/realm", "realms.share"],
      [{ folder: "~/realm" }, "realms.share.folder"],
      [{ folder: "realm" }, "realms.share.folder"],
      [{ hosts: [] }, "realms.share.folder"],
      [{ folder: "/srv/realm", host: "x" }, "realms.share"],
      [{ folder: "/srv/realm", hosts: "x" }, "realms.share.hosts"],
    ]) {
      expect(read({ share })).toMatchObject({ share: undefined, problems: [path] });
    }
  });

  test("reads a full realm and marks it as the config's", () => {
    const full = {
      ...team,
      apiKeyEnv: "TEAM_KEY",
      enabled: true,
      cacheStrategy: "lazy",
      cacheTtl: 3_600_000,
      names: ["acme.*"],
      root: "a".repeat(64),
    } as const;
    expect(read({ approvals: "confirmed", realms: [full] })).toMatchObject({
      approvals: "confirmed",
      realms: [{ ...full, fromConfig: true }],
      problems: [],
    });
  });

  test("needs no more than an id and a url", () => {
    const { realms, problems } = read({ realms: [{ id: "team", url: "https://team.example" }] });
    expect(realms).toMatchObject([{ id: "team", name: "team", type: "custom", enabled: true }]);
    expect(problems).toEqual([]);
  });

  test.each([
    ["a wrong url", { url: "team.example" }, "realms.realms[0].url"],
    ["plain http to another machine", { url: "http://team.example" }, "realms.realms[0].url"],
    ["a wrong id", { id: "Te am" }, "realms.realms[0].id"],
    ["a wrong type", { type: "public" }, "realms.realms[0].type"],
    ["a wrong pin", { root: "abc" }, "realms.realms[0].root"],
    ["a wrong binding", { names: ["acme.*", "*"] }, "realms.realms[0].names[1]"],
    ["a wrong variable", { apiKeyEnv: "$KEY" }, "realms.realms[0].apiKeyEnv"],
    ["a wrong switch", { enabled: "yes" }, "realms.realms[0].enabled"],
  ])("leaves a realm out whole with %s, and names the field", (_, change, path) => {
    const { realms, problems } = read({
      realms: [
        { ...team, ...change },
        { ...team, id: "other" },
      ],
    });
    expect(problems).toEqual([path]);
    expect(realms.map(({ id }) => id)).toEqual(["other"]);
  });

  test.each([
    ["cacheStrategy", "often"],
    ["cacheTtl", -1],
    ["cacheTtl", "1h"],
    ["name", 7],
  ])("uses the default for a wrong %s (%p) and keeps the realm", (field, value) => {
    const { realms, problems } = read({ realms: [{ ...team, [field]: value }] });
    expect(problems).toEqual([`realms.realms[0].${field}`]);
    expect(realms).toHaveLength(1);
    expect(realms[0]?.[field as "cacheTtl"]).not.toBe(value as never);
  });

  test("takes an approval mode that it cannot read for the strict one", () => {
    expect(read({ approvals: "none" })).toMatchObject({
      approvals: "confirmed",
      problems: ["realms.approvals"],
    });
    expect(read("off")).toMatchObject({ approvals: "confirmed", problems: ["realms"] });
  });

  test.each([[{ id: "local" }], [{ type: "local" }]])(
    "does not let %j stand in for this Ronin's own realm",
    (change) => {
      const { realms, problems } = read({ realms: [{ ...team, ...change }] });
      expect(realms).toEqual([]);
      expect(problems).toEqual(["realms.realms[0]"]);
    },
  );

  test("names settings that do not exist", () => {
    expect(read({ aprovals: "event", realms: [{ ...team, pin: "x" }] }).problems).toEqual([
      "realms.aprovals",
      "realms.realms[0].pin",
    ]);
  });

  test("keeps the first of two realms with one id", () => {
    const { realms, problems } = read({ realms: [team, { ...team, url: "https://evil.example" }] });
    expect(realms.map(({ url }) => url)).toEqual(["https://team.example/v1"]);
    expect(problems).toEqual(["realms.realms[1].id"]);
  });

  test("never repeats a key in what it complains about", () => {
    const { messages } = read({ realms: [{ ...team, apiKey: "secret\nkey" }] });
    expect(messages.join()).toContain("apiKey");
    expect(messages.join()).not.toContain("secret");
  });

  test.each([[[]], [{ realms: {} }], [{ realms: [null, 7, []] }]])("survives %j", (section) => {
    expect(read(section).realms).toEqual([]);
    expect(read(section).problems.length).toBeGreaterThan(0);
  });
});
