import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { RealmKataMetadata } from "../../lib/model/kata.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { type InstallWorld, kata, REALM, startInstallWorld } from "../support/install-world.ts";

let world: InstallWorld;
beforeEach(async () => {
  world = await startInstallWorld();
});
afterEach(() => world.stop());

const last = () => world.events.at(-1);

function edit(sql: string): void {
  const database = new Database(world.databasePath);
  database.run(sql);
  database.close();
}

describe("an approved install", () => {
  test("ends with the kata registered, one receipt, and kata.installed", async () => {
    const source = kata("finance.audit", "v2");
    const row = world.publish(source);
    const request = world.propose("finance.audit", "v2");
    await world.approve({ proposalId: request.id });

    expect(world.registered()).toEqual(["finance.audit@v2"]);
    const [receipt, ...others] = world.registry.getReceipts();
    expect(others).toEqual([]);
    expect(receipt).toMatchObject({
      kataName: "finance.audit",
      kataVersion: "v2",
      fromRealm: REALM,
      checksumVerified: true,
      sourceHash: sha256Hex(source),
      compiledHash: row.compiledHash,
      installedBy: "mira",
      requestId: request.id,
      installedAt: world.clock.at,
    });
    expect(world.registry.getRequest(request.id)).toMatchObject({
      status: "approved",
      installState: "installed",
    });
    expect(last()).toEqual({
      event: "kata.installed",
      payload: {
        kataName: "finance.audit",
        kataVersion: "v2",
        fromRealm: REALM,
        proposalId: request.id,
        receiptId: receipt?.id ?? "",
        alreadyInstalled: false,
      },
    });
  });

  test("installs the version that was chosen, not the one first proposed", async () => {
    world.publish(kata("finance.audit", "v1"));
    world.publish(kata("finance.audit", "v2"));
    const request = world.propose("finance.audit", "v2");
    await world.approve({ proposalId: request.id, kataVersion: "v1" });
    expect(world.registered()).toEqual(["finance.audit@v1"]);
    expect(world.registry.getRequest(request.id).kataVersion).toBe("v1");
  });

  test("registers required katas first and writes a receipt for each", async () => {
    world.publish(kata("notify.user"));
    world.publish(kata("text.format", "v1", ["notify.user@v1"]));
    world.publish(kata("finance.audit", "v1", ["text.format@v1"]));
    await world.approve({ proposalId: world.propose("finance.audit", "v1").id });
    expect(world.receipts()).toEqual(["finance.audit@v1", "notify.user@v1", "text.format@v1"]);
    expect(world.registered()).toEqual(["finance.audit@v1", "notify.user@v1", "text.format@v1"]);
    expect(world.events.filter(({ event }) => event === "kata.installed")).toHaveLength(1);
  });

  test("of what the host has with the same bytes is a success that says so and fetches nothing", async () => {
    const source = kata("finance.audit");
    world.publish(source);
    const host = await world.deps.host();
    await host.registry.register(source);
    await world.approve({ proposalId: world.propose("finance.audit", "v1").id });
    expect(last()).toMatchObject({ event: "kata.installed", payload: { alreadyInstalled: true } });
    expect(world.fetched).toEqual([]);
    expect(world.receipts()).toEqual(["finance.audit@v1"]);
  });

  test("keeps the source it verified, so the next one needs no network", async () => {
    const row = world.publish(kata("finance.audit"));
    await world.approve({ proposalId: world.propose("finance.audit", "v1").id });
    expect(sha256Hex(world.registry.findSource(row.sourceHash) ?? "")).toBe(row.sourceHash);
  });

  test("fetches a kept source again that was edited in the database", async () => {
    const row = world.publish(kata("finance.audit"));
    const edited = new TextEncoder().encode(kata("finance.audit", "v1", [], "local.notify"));
    world.registry.saveSource(row.sourceHash, edited);
    await world.approve({ proposalId: world.propose("finance.audit", "v1").id });
    expect(world.fetched).toEqual([row.sourceHash]);
    expect(sha256Hex(world.registry.findSource(row.sourceHash) ?? "")).toBe(row.sourceHash);
    expect(world.receipts()).toEqual(["finance.audit@v1"]);
  });

  test("names its own version when it requires an older one of the same name", async () => {
    world.publish(kata("finance.audit", "v1"));
    world.publish(kata("finance.audit", "v2", ["finance.audit@v1"]));
    await world.approve({ proposalId: world.propose("finance.audit", "v2").id });
    expect(last()?.payload).toMatchObject({ kataVersion: "v2", alreadyInstalled: false });
    const [own] = world.registry.getReceipts({ kataVersion: "v2" });
    expect(last()?.payload.receiptId).toBe(own?.id ?? "");
  });

  test("of what an older Ronin compiled from the same bytes is a success that says so", async () => {
    const source = kata("finance.audit");
    world.publish(source);
    const host = await world.deps.host();
    await host.registry.register(source);
    edit("UPDATE kata_definitions SET compiled_graph = replace(compiled_graph, '{', '{ ')");
    await world.approve({ proposalId: world.propose("finance.audit", "v1").id });
    expect(last()).toMatchObject({ event: "kata.installed", payload: { alreadyInstalled: true } });
  });

  test("installs spawned katas as it does required ones", async () => {
    world.publish(kata("notify.user"));
    world.publish(
      "kata ops.watch v1\ninitial go\nphase go\n  spawn kata notify.user v1 -> sent\n  complete\n",
    );
    await world.approve({ proposalId: world.propose("ops.watch", "v1").id });
    expect(world.receipts()).toEqual(["notify.user@v1", "ops.watch@v1"]);
  });

  test("accepts another compiler's hash only when the person said so, and the receipt tells", async () => {
    world.publish(kata("finance.audit"), { compiledHash: "0".repeat(64), compiledWith: "1.2.0" });
    const refused = world.propose("finance.audit", "v1");
    await world.approve({ proposalId: refused.id });
    expect(last()).toMatchObject({ payload: { code: "compiled_by_other_version" } });
    expect(world.registered()).toEqual([]);

    const accepted = world.propose("finance.audit", "v1");
    await world.approve({ proposalId: accepted.id, acceptOtherCompiler: true });
    const [receipt] = world.registry.getReceipts();
    expect(receipt?.checksumVerified).toBe(false);
  });
});

describe("an install that fails registers nothing and writes no receipt", () => {
  const good = kata("finance.audit");

  async function expectFailure(code: string, proposalId: string, before: string[] = []): Promise<void> {
    await world.approve({ proposalId });
    expect(last()).toMatchObject({ event: "kata.install_failed", payload: { proposalId, code } });
    expect(String(last()?.payload.message).length).toBeGreaterThan(10);
    expect(world.registry.getRequest(proposalId)).toMatchObject({
      status: "approved",
      installState: "failed",
      failureCode: code,
    });
    expect(world.registered()).toEqual(before);
    expect(world.receipts()).toEqual([]);
  }

  test("when the realm does not serve the source", async () => {
    const row = world.publish(good);
    world.served.delete(row.sourceHash);
    await expectFailure("download_failed", world.propose("finance.audit", "v1").id);
  });

  test("when one byte of the source differs", async () => {
    const row = world.publish(good);
    const bytes = new TextEncoder().encode(good);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    world.served.set(row.sourceHash, bytes);
    await expectFailure("source_hash_mismatch", world.propose("finance.audit", "v1").id);
  });

  test("when the source is larger than any may be", async () => {
    const row = world.publish(good);
    world.served.set(row.sourceHash, new Uint8Array(256 * 1024 + 1));
    await expectFailure("source_too_large", world.propose("finance.audit", "v1").id);
  });

  /** An index row whose source hash is true and whose other claims come from elsewhere. */
  function publishAs(source: string, claims: Partial<RealmKataMetadata>): void {
    const row = {
      ...world.publish(kata("made.up")),
      sourceHash: sha256Hex(source),
      sourceBytes: undefined,
      ...claims,
    };
    world.served.set(row.sourceHash, new TextEncoder().encode(source));
    world.registry.indexKatas(REALM, [{ ...row, name: "finance.audit", version: "v1" }]);
  }

  test("when the source cannot be parsed", async () => {
    publishAs("this is no kata", {});
    await expectFailure("parse_failed", world.propose("finance.audit", "v1").id);
  });

  test("when the source does not compile", async () => {
    publishAs("kata finance.audit v1\ninitial a\nphase a\n  run skill local.notify\n  complete\n", {});
    await expectFailure("compile_failed", world.propose("finance.audit", "v1").id);
  });

  test("when the source is not text", async () => {
    const bytes = new Uint8Array([0x6b, 0x80]);
    publishAs("x", { sourceHash: sha256Hex(bytes) });
    world.served.set(sha256Hex(bytes), bytes);
    await expectFailure("source_not_text", world.propose("finance.audit", "v1").id);
  });

  test("when the source names another kata", async () => {
    publishAs(kata("finance.other"), {});
    await expectFailure("name_mismatch", world.propose("finance.audit", "v1").id);
  });

  test("when the source names another version", async () => {
    publishAs(kata("finance.audit", "v2"), {});
    await expectFailure("version_mismatch", world.propose("finance.audit", "v1").id);
  });

  test("when the compiled graph is not the one in the index", async () => {
    world.publish(good, { compiledHash: "0".repeat(64), compiledWith: "1.1.1" });
    await expectFailure("compiled_hash_mismatch", world.propose("finance.audit", "v1").id);
  });

  test("when the source needs a skill that the index leaves out", async () => {
    world.publish(good, { requiredSkills: [] });
    await expectFailure("skills_mismatch", world.propose("finance.audit", "v1").id);
  });

  test("when the source needs a kata that the index leaves out", async () => {
    world.publish(kata("notify.user"));
    world.publish(kata("finance.audit", "v1", ["notify.user@v1"]), { requiredKatas: [] });
    await expectFailure("katas_mismatch", world.propose("finance.audit", "v1").id);
  });

  test("when the last of three katas is tampered with, the first two are not registered either", async () => {
    world.publish(kata("notify.user"));
    world.publish(kata("text.format", "v1", ["notify.user@v1"]));
    const row = world.publish(kata("finance.audit", "v1", ["text.format@v1"]));
    world.served.set(row.sourceHash, new TextEncoder().encode("tampered"));
    await expectFailure("source_hash_mismatch", world.propose("finance.audit", "v1").id);
  });

  test("when a skill is missing", async () => {
    world.publish(kata("finance.audit", "v1", [], "mail.search"));
    await expectFailure("missing_skills", world.propose("finance.audit", "v1").id);
  });

  test("when only a required kata's skill is missing", async () => {
    world.publish(kata("notify.user", "v1", [], "mail.search"));
    world.publish(kata("finance.audit", "v1", ["notify.user@v1"]));
    await expectFailure("missing_skills", world.propose("finance.audit", "v1").id);
  });

  test("when a required kata is in no realm", async () => {
    world.publish(kata("finance.audit", "v1", ["notify.user@v1"]));
    await expectFailure("missing_kata", world.propose("finance.audit", "v1").id);
  });

  test("when a required kata is only in another realm", async () => {
    world.registry.registerRealm({
      id: "public",
      name: "Public",
      type: "central",
      url: "https://p.example",
      enabled: true,
    });
    world.publish(kata("notify.user"), {}, "public");
    world.publish(kata("finance.audit", "v1", ["notify.user@v1"]));
    await expectFailure("missing_kata", world.propose("finance.audit", "v1").id);
  });

  test("when katas require each other", async () => {
    world.publish(kata("a.one", "v1", ["a.two@v1"]));
    world.publish(kata("a.two", "v1", ["a.three@v1"]));
    world.publish(kata("a.three", "v1", ["a.one@v1"]));
    await expectFailure("kata_cycle", world.propose("a.one", "v1").id);
  });

  test("when the chain of required katas is a hundred long", async () => {
    for (let i = 0; i < 100; i++) world.publish(kata(`a.k${i}`, "v1", i < 99 ? [`a.k${i + 1}@v1`] : []));
    await expectFailure("plan_too_large", world.propose("a.k0", "v1").id);
  });

  test("when the host has that version with other bytes", async () => {
    const host = await world.deps.host();
    await host.registry.register(`# mine\n${good}`);
    world.publish(good);
    await expectFailure("registered_with_other_bytes", world.propose("finance.audit", "v1").id, [
      "finance.audit@v1",
    ]);
  });

  test("when the host has a required kata with other bytes", async () => {
    const host = await world.deps.host();
    await host.registry.register(`# mine\n${kata("notify.user")}`);
    world.publish(kata("notify.user"));
    world.publish(kata("finance.audit", "v1", ["notify.user@v1"]));
    await expectFailure("registered_with_other_bytes", world.propose("finance.audit", "v1").id, [
      "notify.user@v1",
    ]);
  });

  test("when this Ronin is out of the kata's range", async () => {
    world.publish(good, { minRoninVersion: "2.0.0" });
    await expectFailure("incompatible_ronin", world.propose("finance.audit", "v1").id);
  });

  test("when the realm was disabled after the proposal", async () => {
    world.publish(good);
    const { id } = world.propose("finance.audit", "v1");
    world.registry.setRealmEnabled(REALM, false);
    await expectFailure("realm_disabled", id);
  });

  test("when the realm was removed after the proposal", async () => {
    world.publish(good);
    const { id } = world.propose("finance.audit", "v1");
    world.registry.removeRealm(REALM);
    await expectFailure("realm_disabled", id);
  });

  test("when the kata was withdrawn after the proposal", async () => {
    const row = world.publish(good);
    const { id } = world.propose("finance.audit", "v1");
    world.registry.indexKatas(REALM, [{ ...row, status: "withdrawn", reason: "leaks" }]);
    await expectFailure("kata_withdrawn", id);
  });

  test("when a required kata was added after the proposal, which is then shown again", async () => {
    const row = world.publish(kata("finance.audit", "v1", ["notify.user@v1"]), { requiredKatas: [] });
    const { id } = world.propose("finance.audit", "v1");
    world.publish(kata("notify.user"));
    world.registry.indexKatas(REALM, [{ ...row, requiredKatas: ["notify.user@v1"] }]);
    await expectFailure("offer_changed", id);
    expect(world.proposedAgain).toEqual([id]);
  });

  test("when the offer in the request's row was edited", async () => {
    world.publish(good);
    const { id, offers } = world.propose("finance.audit", "v1");
    const edited = (offers ?? []).map((offer) => ({ ...offer, planHash: "0".repeat(64) }));
    world.registry.updateOffers(id, edited);
    await expectFailure("offer_changed", id);
  });

  test("when the host's classes cannot be found", async () => {
    world.publish(good);
    const { id } = world.propose("finance.audit", "v1");
    const { HostError } = await import("../../lib/errors.ts");
    world.deps.host = () =>
      Promise.reject(new HostError("kata_classes_not_found", "looked everywhere for them"));
    await expectFailure("host_unavailable", id);
  });

  test("when the host refuses to register", async () => {
    world.publish(good);
    const { id } = world.propose("finance.audit", "v1");
    const host = await world.deps.host();
    world.deps.host = async () => ({
      ...host,
      registry: { register: () => Promise.reject(new Error("disk is full")) },
    });
    await expectFailure("register_failed", id);
  });

  test("when the host says it registered and did not", async () => {
    world.publish(good);
    const { id } = world.propose("finance.audit", "v1");
    const host = await world.deps.host();
    const compiled = host.compiler.compile(host.parser.parse(good));
    world.deps.host = async () => ({ ...host, registry: { register: async () => compiled } });
    await expectFailure("readback_mismatch", id);
  });

  test("when somebody registers other bytes in that very moment", async () => {
    world.publish(good);
    const { id } = world.propose("finance.audit", "v1");
    const host = await world.deps.host();
    const register = (source: string) =>
      host.registry.register(`# theirs\n${source}`).then(() => host.registry.register(source));
    world.deps.host = async () => ({ ...host, registry: { register } });
    await expectFailure("registered_with_other_bytes", id, ["finance.audit@v1"]);
  });
});

describe("an install that fails after it registered a required kata", () => {
  async function failSecond(fail: () => Promise<never>): Promise<string> {
    world.publish(kata("notify.user"));
    world.publish(kata("finance.audit", "v1", ["notify.user@v1"]));
    const { id } = world.propose("finance.audit", "v1");
    const host = await world.deps.host();
    const register = (source: string) =>
      source.startsWith("kata finance.audit") ? fail() : host.registry.register(source);
    world.deps.host = async () => ({ ...host, registry: { register } });
    await world.approve({ proposalId: id });
    return id;
  }

  test("gives the required kata its receipt and the request its failure", async () => {
    const id = await failSecond(() => Promise.reject(new Error("disk is full")));
    expect(world.registered()).toEqual(["notify.user@v1"]);
    expect(world.receipts()).toEqual(["notify.user@v1"]);
    expect(world.registry.getRequest(id)).toMatchObject({
      installState: "failed",
      failureCode: "register_failed",
    });
    expect(last()).toMatchObject({ event: "kata.install_failed", payload: { code: "register_failed" } });
  });

  test("writes no receipt for what it registered and is no longer there", async () => {
    world.publish(kata("notify.user"));
    world.publish(kata("finance.audit", "v1", ["notify.user@v1"]));
    const { id } = world.propose("finance.audit", "v1");
    const host = await world.deps.host();
    const register = async (source: string) => {
      const compiled = await host.registry.register(source);
      if (source.startsWith("kata finance.audit")) {
        edit("UPDATE kata_definitions SET source_code = '# theirs' WHERE name = 'notify.user'");
      }
      return compiled;
    };
    world.deps.host = async () => ({ ...host, registry: { register } });
    await world.approve({ proposalId: id });
    expect(world.registry.getRequest(id)).toMatchObject({ failureCode: "readback_mismatch" });
    expect(world.receipts()).toEqual(["finance.audit@v1"]);
  });
});
