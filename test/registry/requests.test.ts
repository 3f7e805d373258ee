import { describe, expect, test } from "bun:test";
import { RegistryError } from "../../lib/errors.ts";
import { codeOf } from "../support/throws.ts";
import {
  createAuditWorld,
  createWorldWith,
  DAY_MS,
  kataOf,
  offerOf,
  realmOf,
  START,
  withdrawn,
} from "./world.ts";

describe("requesting an install", () => {
  test("opens a pending request with an id of its own, as the guide has it", () => {
    const { registry, request } = createAuditWorld();
    const opened = request();
    expect(opened).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      kataName: "finance.audit",
      kataVersion: "v2",
      fromRealm: "central",
      requestedAt: START,
      status: "pending",
    });
    expect(registry.getRequest(opened.id)).toEqual(opened);
    expect(registry.findRequest(opened.id)).toEqual(opened);
    expect(registry.getPendingRequests()).toEqual([opened]);
  });

  test("keeps what the person is shown", () => {
    const { registry } = createAuditWorld();
    const details = { intent: "track my bills", offers: [offerOf("v3"), offerOf("v2")] };
    const opened = registry.requestInstall("finance.audit", "v2", "central", details);
    expect(opened).toMatchObject(details);
    expect(registry.getRequest(opened.id)).toEqual(opened);
  });

  test("for the same version again returns the same request", () => {
    const { registry, request, pass } = createAuditWorld();
    const opened = request();
    pass(1000);
    expect(request()).toEqual(opened);
    expect(registry.getRequests()).toHaveLength(1);
  });

  test("for the same version again replaces intent and offers by those given, and only those", () => {
    const { registry } = createAuditWorld();
    const open = (details: object) => registry.requestInstall("finance.audit", "v2", "central", details);
    const { id } = open({ intent: "one", offers: [offerOf("v2")] });
    expect(open({ intent: "two" })).toMatchObject({ id, intent: "two", offers: [offerOf("v2")] });
    expect(open({ offers: [offerOf("v3")] })).toMatchObject({ id, intent: "two", offers: [offerOf("v3")] });
  });

  test("for another version, realm or kind, or after a decision, opens another one", () => {
    const { registry, request } = createAuditWorld();
    registry.registerRealm(realmOf("team"));
    registry.indexKatas("team", [kataOf("finance.audit", "v2")]);
    const first = request("v2");
    const ids = [
      first,
      request("v3"),
      registry.requestInstall("finance.audit", "v2", "team"),
      registry.requestInstall("finance.audit", "v2", "central", { kind: "create" }),
    ].map((opened) => opened.id);
    registry.rejectInstall(first.id, "no");
    expect(new Set([...ids, request("v2").id]).size).toBe(5);
  });

  test("from an unknown realm is refused", () => {
    const { registry } = createAuditWorld();
    const request = () => registry.requestInstall("finance.audit", "v2", "nope");
    expect(codeOf(request, RegistryError)).toBe("unknown_realm");
  });

  test("from a disabled realm is refused", () => {
    const { registry, request } = createAuditWorld();
    registry.setRealmEnabled("central", false);
    expect(codeOf(request, RegistryError)).toBe("realm_disabled");
    expect(registry.getRequests()).toEqual([]);
  });

  test.each([
    ["an unknown name", "finance.other", "v1"],
    ["an unknown version", "finance.audit", "v4"],
    ["a name that is none", "../x'; --", "v1"],
  ])("of %s is refused", (_, name, version) => {
    const { registry } = createAuditWorld();
    const request = () => registry.requestInstall(name, version, "central");
    expect(codeOf(request, RegistryError)).toBe("unknown_kata");
  });

  test("of a withdrawn version is refused with its reason", () => {
    const { registry } = createWorldWith("central");
    registry.indexKatas("central", [withdrawn("a.b")]);
    const request = () => registry.requestInstall("a.b", "v1", "central");
    expect(codeOf(request, RegistryError)).toBe("unknown_kata");
    expect(request).toThrow("it deletes mail");
  });

  test("of a name that is bound to another realm is refused and says so", () => {
    const { registry, request } = createAuditWorld();
    registry.registerRealm(realmOf("team", { names: ["finance.*"] }));
    expect(codeOf(request, RegistryError)).toBe("unknown_kata");
    expect(request).toThrow("bound to the realm team");
  });

  test("of a name that is bound to the realm itself is taken", () => {
    const { registry, request } = createAuditWorld();
    registry.registerRealm(realmOf("central", { names: ["finance.*"] }));
    expect(request().status).toBe("pending");
  });

  test("of a deprecated version is taken", () => {
    const { registry } = createWorldWith("central");
    registry.indexKatas("central", [kataOf("a.b", "v1", { deprecated: true })]);
    expect(registry.requestInstall("a.b", "v1", "central").status).toBe("pending");
  });

  test.each([
    ["details.offers[1].planHash", { offers: [offerOf("v1"), { ...offerOf("v2"), planHash: "x" }] }],
    ["details.offers[0].version", { offers: [offerOf("1.0")] }],
    ["details.intent", { intent: "" }],
    ["details.kind", { kind: "steal" as never }],
  ])("with wrong details names %s", (path, details) => {
    const { registry } = createAuditWorld();
    const request = () => registry.requestInstall("finance.audit", "v2", "central", details);
    expect(codeOf(request, RegistryError)).toBe("invalid_input");
    expect(request).toThrow(`${path}: `);
    expect(registry.getRequests()).toEqual([]);
  });
});

describe("requesting a creation", () => {
  test("needs no kata in the realm", () => {
    const { registry } = createWorldWith("local");
    const opened = registry.requestInstall("finance.track", "v1", "local", {
      kind: "create",
      intent: "track",
    });
    expect(opened).toMatchObject({ kind: "create", kataName: "finance.track", status: "pending" });
    expect(registry.requestInstall("finance.track", "v1", "local", { kind: "create" }).id).toBe(opened.id);
  });

  test("needs a realm, a name and a version all the same", () => {
    const { registry } = createWorldWith("local", realmOf("off", { enabled: false }));
    const create = (name: string, version: string, realm: string) => () =>
      registry.requestInstall(name, version, realm, { kind: "create" });
    expect(codeOf(create("a.b", "v1", "nope"), RegistryError)).toBe("unknown_realm");
    expect(codeOf(create("a.b", "v1", "off"), RegistryError)).toBe("realm_disabled");
    expect(codeOf(create("../x", "v1", "local"), RegistryError)).toBe("invalid_input");
    expect(codeOf(create("a.b", "1", "local"), RegistryError)).toBe("invalid_input");
  });
});

describe("reading requests", () => {
  test("by an unknown id is refused, or finds nothing", () => {
    const { registry } = createAuditWorld();
    expect(codeOf(() => registry.getRequest("nope"), RegistryError)).toBe("unknown_request");
    expect(registry.findRequest("nope")).toBeUndefined();
  });

  test("gives pending ones oldest first and all of them newest first, also within one millisecond", () => {
    const { registry, request, pass } = createAuditWorld();
    const [first, second] = [request("v2").id, request("v1").id];
    pass(1);
    const third = request("v3").id;
    expect(registry.getPendingRequests().map(({ id }) => id)).toEqual([first, second, third]);
    expect(registry.getRequests().map(({ id }) => id)).toEqual([third, second, first]);
    expect(registry.getRequests({ limit: 2 }).map(({ id }) => id)).toEqual([third, second]);
  });

  test("filters by status and by state of the install", () => {
    const { registry, request, approved } = createAuditWorld();
    const running = approved("downloading").id;
    const waiting = approved().id;
    const rejected = request("v1").id;
    registry.rejectInstall(rejected, "no");
    const pending = request("v3").id;
    const idsFor = (filter: object) => registry.getRequests(filter).map(({ id }) => id);
    expect(idsFor({ status: "approved" })).toEqual([waiting, running]);
    expect(idsFor({ status: "rejected" })).toEqual([rejected]);
    expect(idsFor({ installState: "downloading" })).toEqual([running]);
    expect(idsFor({ installState: null })).toEqual([pending, rejected, waiting]);
    expect(idsFor({ status: "approved", installState: null })).toEqual([waiting]);
  });

  test("with a wrong filter is refused", () => {
    const { registry } = createAuditWorld();
    expect(codeOf(() => registry.getRequests({ limit: -1 }), RegistryError)).toBe("invalid_input");
    expect(codeOf(() => registry.getRequests({ status: "open" as never }), RegistryError)).toBe(
      "invalid_input",
    );
  });
});

describe("a pending request that nobody decides", () => {
  test("is pending up to the last millisecond of 14 days, then rejected as expired", () => {
    const { registry, request, pass, now } = createAuditWorld();
    const { id } = request();
    pass(14 * DAY_MS - 1);
    expect(registry.getPendingRequests().map((pending) => pending.id)).toEqual([id]);
    pass(1);
    expect(registry.getPendingRequests()).toEqual([]);
    expect(registry.getRequest(id)).toMatchObject({ status: "rejected", reason: "expired" });
    expect(registry.getRequest(id).approvedAt).toBeUndefined();
    expect(now()).toBe(START + 14 * DAY_MS);
  });

  test("leaves younger and decided ones as they are", () => {
    const { registry, request, approved, pass } = createAuditWorld();
    const decided = approved().id;
    request("v1");
    pass(DAY_MS);
    const young = request("v3").id;
    pass(13 * DAY_MS);
    expect(registry.getPendingRequests().map(({ id }) => id)).toEqual([young]);
    expect(registry.getRequest(decided).status).toBe("approved");
  });

  test("is not approved or rejected once it has expired, listed or not", () => {
    const { registry, request, pass } = createAuditWorld();
    const { id } = request();
    pass(14 * DAY_MS);
    const approve = () => registry.approveInstall(id, "user123");
    expect(codeOf(approve, RegistryError)).toBe("invalid_transition");
    expect(approve).toThrow("expired");
    expect(codeOf(() => registry.rejectInstall(id, "no"), RegistryError)).toBe("invalid_transition");
  });

  test("is not returned for the same version", () => {
    const { registry, pass } = createAuditWorld();
    const open = () => registry.requestInstall("finance.audit", "v2", "central", { intent: "bills" });
    const { id } = open();
    pass(14 * DAY_MS);
    expect(open().id).not.toBe(id);
    expect(registry.getRequest(id).reason).toBe("expired");
  });
});

describe("updating the offers of a request", () => {
  test("that is pending replaces them", () => {
    const { registry, request } = createAuditWorld();
    const { id } = request();
    registry.updateOffers(id, [offerOf("v2"), offerOf("v1")]);
    expect(registry.getRequest(id).offers).toEqual([offerOf("v2"), offerOf("v1")]);
  });

  test("that is decided or unknown is refused", () => {
    const { registry, approved } = createAuditWorld();
    const { id } = approved();
    expect(codeOf(() => registry.updateOffers(id, []), RegistryError)).toBe("invalid_transition");
    expect(codeOf(() => registry.updateOffers("nope", []), RegistryError)).toBe("unknown_request");
    expect(registry.getRequest(id).offers).toBeUndefined();
  });

  test("with a wrong hash is refused", () => {
    const { registry, request } = createAuditWorld();
    const { id } = request();
    const update = () => registry.updateOffers(id, [{ ...offerOf("v2"), sourceHash: "abc123..." }]);
    expect(codeOf(update, RegistryError)).toBe("invalid_input");
    expect(update).toThrow("offers[0].sourceHash: ");
  });
});
