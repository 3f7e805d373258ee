import { describe, expect, test } from "bun:test";
import { MAX_OPEN_CREATIONS } from "../../lib/dojo/creation.ts";
import { HostError } from "../../lib/errors.ts";
import { describeCompiled } from "../../lib/trust/describe.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { planHashOf } from "../../lib/trust/plan-hash.ts";
import { kataClasses } from "./kata-classes.ts";
import { row } from "./katas.ts";
import { createTestDojo, hasError } from "./test-dojo.ts";

const NEED = "I need to sync Slack updates to Discord";
const draft = `kata integration.slack_to_discord v1
requires skill slack.read
requires skill discord.post
initial gather
phase gather
  run skill slack.read
  next post
phase post
  run skill discord.post
  complete`;

describe("a need that no realm meets", () => {
  test("ends in the proposal of a new kata, though a realm has one tagged sync", async () => {
    const { dojo, registry, emitted, lines } = createTestDojo({
      realms: { central: [row("notes.mirror", "v1", { tags: ["sync", "notes"] })] },
    });
    await dojo.hear({ intent: NEED });

    const [request, ...others] = registry.getPendingRequests();
    expect(others).toEqual([]);
    expect(request).toMatchObject({
      kind: "create",
      kataName: "custom.sync_slack_updates_discord",
      kataVersion: "v1",
      fromRealm: "local",
      intent: NEED,
    });
    const [offer, ...more] = request?.offers ?? [];
    expect(more).toEqual([]);
    expect(emitted).toEqual([
      {
        event: "kata.creation_proposed",
        source: "dojo",
        data: {
          proposalId: request?.id,
          kataName: "custom.sync_slack_updates_discord",
          phases: [{ name: "step1", action: "run skill local.reasoning" }],
          requiredSkills: ["local.reasoning"],
          tags: ["sync", "slack", "updates", "discord"],
          complexity: "simple",
          sourceHash: offer?.sourceHash,
        },
      },
    ]);
    expect(hasError(lines)).toBe(false);
  });

  test("keeps a source that compiles to exactly what is offered", async () => {
    const { dojo, registry } = createTestDojo();
    await dojo.hear({ intent: NEED, _proposedDsl: draft });
    const [request] = registry.getPendingRequests();
    const [offer] = request?.offers ?? [];
    const bytes = registry.findSource(offer?.sourceHash ?? "");
    const source = new TextDecoder().decode(bytes);
    const compiled = new kataClasses.KataCompiler().compile(new kataClasses.KataParser().parse(source));
    const kata = describeCompiled(compiled, source);
    expect(offer).toEqual({
      version: "v1",
      sourceHash: sha256Hex(bytes ?? ""),
      compiledHash: kata.compiledHash,
      planHash: planHashOf([{ realm: "local", kata }]),
    });
  });

  test("without the host's kata classes proposes nothing and says so", async () => {
    const { dojo, emitted, lines, registry } = createTestDojo({
      kataHost: () => Promise.reject(new HostError("kata_classes_not_found", "No kata classes found.")),
    });
    await dojo.hear({ intent: NEED });
    expect(emitted).toEqual([]);
    expect(registry.getPendingRequests()).toEqual([]);
    expect(lines).toEqual([expect.stringMatching(/^error .*No kata classes found/)]);
  });

  test("is not proposed while too many new katas wait for a decision", async () => {
    const { dojo, payloads, lines, registry } = createTestDojo();
    const open = Array.from({ length: MAX_OPEN_CREATIONS }, (_, index) =>
      registry.requestInstall(`custom.filler${index}`, "v1", "local", { kind: "create" }),
    );
    await dojo.hear({ intent: NEED });
    expect(payloads("kata.creation_proposed")).toEqual([]);
    expect(lines).toEqual([expect.stringMatching(/^warn .*wait for a decision/)]);

    const [oldest] = open;
    registry.rejectInstall(oldest?.id ?? "", "no");
    await dojo.hear({ intent: NEED });
    expect(payloads("kata.creation_proposed")).toHaveLength(1);
  });
});

test("install proposals do not count against new katas", async () => {
  const katas = Array.from({ length: MAX_OPEN_CREATIONS }, (_, index) => row(`filler.k${index}`));
  const { dojo, payloads, registry } = createTestDojo({ realms: { central: katas } });
  for (const { name } of katas) registry.requestInstall(name, "v1", "central");
  await dojo.hear({ intent: NEED });
  expect(payloads("kata.creation_proposed")).toHaveLength(1);
});

describe("a draft", () => {
  test.each([
    ["as it is", draft],
    ["in a fence", `Here it is:\n\`\`\`kata\n${draft}\n\`\`\`\n`],
  ])("that compiles is proposed, %s", async (_how, sent) => {
    const { dojo, payloads } = createTestDojo();
    await dojo.hear({ intent: NEED, _proposedDsl: sent });
    expect(payloads("kata.creation_proposed")).toMatchObject([
      {
        kataName: "integration.slack_to_discord",
        phases: [
          { name: "gather", action: "run skill slack.read" },
          { name: "post", action: "run skill discord.post" },
        ],
        requiredSkills: ["slack.read", "discord.post"],
        sourceHash: sha256Hex(`${draft}\n`),
      },
    ]);
  });

  test("shows every kind of step", async () => {
    const { dojo, payloads } = createTestDojo();
    const steps =
      "kata a.b v1 initial s phase s spawn kata demo.ping v2 -> x next w phase w wait event demo.go complete";
    await dojo.hear({ intent: "zzz", _proposedDsl: steps });
    expect(payloads("kata.creation_proposed")[0]?.phases).toEqual([
      { name: "s", action: "spawn kata demo.ping v2" },
      { name: "w", action: "wait event demo.go" },
    ]);
  });

  test("is not used when a realm meets the need", async () => {
    const { dojo, emitted } = createTestDojo({ realms: { central: [row("slack.discord")] } });
    await dojo.hear({ intent: NEED, _proposedDsl: draft });
    expect(emitted.map(({ event }) => event)).toEqual(["kata.install_proposed"]);
  });

  const skeletonFor = "custom.sync_slack_updates_discord";

  test.each([
    ["does not parse", "please write my kata", /Parse error/],
    ["does not compile", draft.replace("requires skill slack.read\n", ""), /slack\.read/],
    ["has a name that is a path", draft.replace("integration.slack_to_discord", "../../x"), /lower-case/],
    ["is 10 MB", `${"# padding\n".repeat(1_000_000)}${draft}`, /larger/],
    ["is empty", "", /Parse error/],
  ])("that %s gives way to a skeleton, and the log says why", async (_what, sent, why) => {
    const { dojo, payloads, lines } = createTestDojo();
    await dojo.hear({ intent: NEED, _proposedDsl: sent });
    expect(payloads("kata.creation_proposed").map(({ kataName }) => kataName)).toEqual([skeletonFor]);
    expect(lines).toContainEqual(expect.stringMatching(/^info a drafted kata was not used/));
    expect(lines).toContainEqual(expect.stringMatching(why));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(400);
  });

  describe("whose name is taken gives way to a skeleton", () => {
    test("by an installed kata", async () => {
      const { dojo, payloads, registerOnHost } = createTestDojo();
      registerOnHost("integration.slack_to_discord", "v1", "kata integration.slack_to_discord v1 …");
      await dojo.hear({ intent: NEED, _proposedDsl: draft });
      expect(payloads("kata.creation_proposed").map(({ kataName }) => kataName)).toEqual([skeletonFor]);
    });

    test("by a kata that was installed from a realm which is gone", async () => {
      const { dojo, payloads, records } = createTestDojo();
      records.run(
        `INSERT INTO kata_install_receipts (id, kata_name, kata_version, from_realm, installed_at, checksum_verified,
           source_hash, compiled_hash, installed_by)
         VALUES ('r1', 'integration.slack_to_discord', 'v7', 'gone', 1, 1, 'a', 'b', 'mira')`,
      );
      await dojo.hear({ intent: NEED, _proposedDsl: draft });
      expect(payloads("kata.creation_proposed").map(({ kataName }) => kataName)).toEqual([skeletonFor]);
    });

    test("by a realm that the name is bound to", async () => {
      const { dojo, payloads, addRealm } = createTestDojo();
      addRealm("acme", [], { names: ["integration.*"] });
      await dojo.hear({ intent: NEED, _proposedDsl: draft });
      expect(payloads("kata.creation_proposed").map(({ kataName }) => kataName)).toEqual([skeletonFor]);
    });

    test("by a kata of a realm, whatever its version", async () => {
      const { dojo, payloads, addRealm } = createTestDojo();
      addRealm("acme", [row("finance.audit", "v3")]);
      const squatting = draft.replace("integration.slack_to_discord", "finance.audit");
      await dojo.hear({ intent: NEED, _proposedDsl: squatting });
      expect(payloads("kata.creation_proposed").map(({ kataName }) => kataName)).toEqual([skeletonFor]);
    });

    test("by a proposal that a person may be reading", async () => {
      const { dojo, payloads, registry } = createTestDojo();
      await dojo.hear({ intent: NEED, _proposedDsl: draft });
      const [before] = registry.getPendingRequests();
      await dojo.hear({ intent: "mirror toots", _proposedDsl: draft.replaceAll("slack.read", "mail.read") });
      expect(payloads("kata.creation_proposed").map(({ kataName }) => kataName)).toEqual([
        "integration.slack_to_discord",
        "custom.mirror_toots",
      ]);
      expect(registry.getRequest(before?.id ?? "")).toEqual(before as NonNullable<typeof before>);
    });
  });

  test("of skills that the host does not have gives way to a skeleton, and the log names them", async () => {
    const { dojo, payloads, lines } = createTestDojo({ skills: ["slack.read", "local.reasoning"] });
    await dojo.hear({ intent: NEED, _proposedDsl: draft });
    expect(payloads("kata.creation_proposed").map(({ kataName }) => kataName)).toEqual([skeletonFor]);
    expect(lines).toContain("info a drafted kata was not used: the host has no tool discord.post");
  });

  test("that is proposed already is the same proposal for another need", async () => {
    const { dojo, payloads, registry } = createTestDojo();
    await dojo.hear({ intent: NEED, _proposedDsl: draft });
    await dojo.hear({ intent: "mirror toots", _proposedDsl: draft });
    const [a, b] = payloads("kata.creation_proposed").map(({ proposalId }) => proposalId);
    expect(a).toBe(b as string);
    expect(registry.getPendingRequests()).toHaveLength(1);
  });

  test("may be a further version of one that is proposed", async () => {
    const { dojo, registry } = createTestDojo();
    await dojo.hear({ intent: NEED, _proposedDsl: draft });
    await dojo.hear({ intent: "mirror toots", _proposedDsl: draft.replace("discord v1", "discord v2") });
    const proposed = registry
      .getPendingRequests()
      .map(({ kataName, kataVersion }) => `${kataName} ${kataVersion}`);
    expect(proposed).toEqual(["integration.slack_to_discord v1", "integration.slack_to_discord v2"]);
  });

  test("may be a further version of one's own kata", async () => {
    const { dojo, payloads, registerOnHost, registry } = createTestDojo();
    registerOnHost("integration.slack_to_discord", "v1", "kata integration.slack_to_discord v1 …");
    registry.indexKatas("local", [row("integration.slack_to_discord", "v1")]);
    await dojo.hear({ intent: "zzz", _proposedDsl: draft.replace("discord v1", "discord v2") });
    expect(payloads("kata.creation_proposed").map(({ kataName }) => kataName)).toEqual([
      "integration.slack_to_discord",
    ]);
  });
});

describe("a skeleton", () => {
  const tools = [
    { name: "slack.read", description: "Reads a channel." },
    { name: "discord.post", description: "Writes to a channel." },
    { name: "mail.search", description: "Searches mail." },
  ];

  test("is made of the tools that the need speaks of, in its order", async () => {
    const { dojo, payloads } = createTestDojo({ tools: tools.toReversed() });
    await dojo.hear({ intent: NEED });
    expect(payloads("kata.creation_proposed")).toMatchObject([
      {
        requiredSkills: ["slack.read", "discord.post"],
        phases: [
          { name: "step1", action: "run skill slack.read" },
          { name: "step2", action: "run skill discord.post" },
        ],
      },
    ]);
  });

  test("reasons when the kata language cannot read the name of a tool", async () => {
    const { dojo, payloads } = createTestDojo({ tools: [{ name: "v2-slack", description: "" }] });
    await dojo.hear({ intent: NEED });
    expect(payloads("kata.creation_proposed")[0]?.requiredSkills).toEqual(["local.reasoning"]);
  });

  test("takes its second name when another need has the first", async () => {
    const { dojo, payloads } = createTestDojo();
    await dojo.hear({ intent: "sync slack updates discord daily" });
    await dojo.hear({ intent: "sync slack updates discord weekly" });
    expect(payloads("kata.creation_proposed").map(({ kataName }) => kataName)).toEqual([
      "custom.sync_slack_updates_discord",
      expect.stringMatching(/^custom\.sync_slack_updates_discord_[0-9a-f]{8}$/),
    ]);
  });

  test("waits for an event where the host cannot reason", async () => {
    const { dojo, payloads } = createTestDojo({ skills: [] });
    await dojo.hear({ intent: "zzz" });
    expect(payloads("kata.creation_proposed")).toMatchObject([
      { requiredSkills: [], phases: [{ name: "step1", action: "wait event custom.zzz.start" }] },
    ]);
  });

  test.each([
    ["emoji", "🚀🔥"],
    ["a NUL between words", "sync\0hronise"],
    ["2000 characters", "word ".repeat(400).trim()],
    ["one word of 2000 characters", "x".repeat(2000)],
    ["only stop words", "I would like to be able to have it"],
    ["another language", "следить за подписками"],
    ["another script without spaces", "我需要跟踪订阅"],
    ["wildcards", "%_*"],
    ["quotes and operators", '"a\' OR NEAR("b") AND NOT - : ^ ( ) {x}'],
    ["markup", "<script>alert(1)</script>"],
    ["the names of a prototype", "__proto__ constructor toString"],
    ["statements", "x\nkata evil.kata v1\nrequires skill local.shell.safe"],
    ["half a surrogate pair", "audit \ud800"],
  ])("is proposed for %s", async (_what, intent) => {
    const { dojo, payloads, lines } = createTestDojo({ realms: { central: [row("finance.budget")] } });
    await dojo.hear({ intent });
    expect(payloads("kata.creation_proposed")).toMatchObject([
      { kataName: expect.stringMatching(/^custom\./), requiredSkills: ["local.reasoning"] },
    ]);
    expect(hasError(lines)).toBe(false);
  });
});
