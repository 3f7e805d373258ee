import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildRealm } from "../../lib/publish/build-realm.ts";
import { initRealm } from "../../lib/publish/init/init-realm.ts";
import { toWorkflow } from "../../lib/publish/init/workflow.ts";
import { createHost, START } from "./realm-folder.ts";

let path: string;
let folder: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), "realms-init-"));
  folder = join(path, "acme");
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

const read = (file: string) => readFileSync(join(folder, file), "utf8");

describe("a new realm's folder", () => {
  test("holds a kata, a page for people, and keeps keys out of the repository", async () => {
    const { written, kept } = await initRealm({ folder, realm: "acme", name: "Acme katas" });
    expect(written).toEqual(["katas/hello.world-v1.kata", "README.md", ".gitignore"]);
    expect(kept).toEqual([]);
    expect(read("README.md")).toContain("# Acme katas");
    expect(read(".gitignore")).toContain("*.key.json");
  });

  test("builds as it is, with everything its author said", async () => {
    await initRealm({ folder, realm: "acme", name: "Acme katas" });
    const deps = { host: createHost(), onProgress: () => {}, signal: new AbortController().signal };
    const out = join(folder, "site");
    const { added } = await buildRealm(
      { katas: join(folder, "katas"), out, realm: "acme", now: START },
      deps,
    );
    expect(added).toEqual(["hello.world@v1"]);
    expect(readFileSync(join(out, "index.html"), "utf8")).toContain("Thinks of a greeting and shows it.");
  });

  test("keeps every file that is there", async () => {
    mkdirSync(join(folder, "katas"), { recursive: true });
    writeFileSync(join(folder, "README.md"), "mine");
    const { written, kept } = await initRealm({ folder, realm: "acme", name: "Acme" });
    expect(kept).toEqual(["README.md"]);
    expect(written).not.toContain("README.md");
    expect(read("README.md")).toBe("mine");
    expect(await initRealm({ folder, realm: "acme", name: "Acme" })).toMatchObject({ written: [] });
  });

  test("comes with the command and a workflow for GitHub", async () => {
    const commandFile = join(path, "realms.js");
    const licencesFile = join(path, "licences.txt");
    writeFileSync(commandFile, "the command");
    writeFileSync(licencesFile, "the licences");
    const github = { commandFile, licencesFile };
    const { written } = await initRealm({ folder, realm: "acme", name: "Acme", github });
    expect(written).toContain(".github/workflows/realm.yml");
    expect(read("tools/realms.js")).toBe("the command");
    expect(read("tools/THIRD_PARTY_LICENSES.txt")).toBe("the licences");
    expect(read("README.md")).toContain("bun tools/realms.js build katas");
  });
});

interface Workflow {
  permissions: object;
  env: Record<string, string>;
  on: { schedule: Array<{ cron: string }> };
  jobs: Record<"build" | "publish", { permissions: Record<string, string>; steps: Step[] }>;
}
interface Step {
  name?: string;
  uses?: string;
  run?: string;
  if?: string;
}

function parse(name = "Acme"): Workflow {
  return Bun.YAML.parse(toWorkflow({ realm: "acme", name })) as Workflow;
}

function findStep(job: "build" | "publish", name: string): string {
  return parse().jobs[job].steps.find((step) => step.name === name)?.run ?? "";
}

describe("the workflow", () => {
  test("publishes in the one order that is safe: build, sign, check, keep, deploy", () => {
    const steps = parse().jobs.publish.steps.map(({ name, uses }) => name ?? uses?.replace(/@.*/, ""));
    expect(steps).toEqual([
      "actions/checkout",
      "Install Bun",
      "Get what was published before",
      "Build",
      "End a version",
      "Sign",
      "Check",
      "Keep what is published now",
      "actions/upload-pages-artifact",
      "actions/deploy-pages",
    ]);
  });

  test("gives a pull request nothing to write with and no secret", () => {
    const { permissions, jobs } = parse();
    expect(permissions).toEqual({});
    expect(jobs.build.permissions).toEqual({ contents: "read" });
    expect(JSON.stringify(jobs.build)).not.toContain("secrets.");
  });

  test("names actions by commit and Bun by version, and signs every week", () => {
    const { jobs, on } = parse();
    for (const { uses } of [...jobs.build.steps, ...jobs.publish.steps]) {
      if (uses !== undefined) expect(uses).toMatch(/@[0-9a-f]{40}$/);
    }
    expect(findStep("publish", "Install Bun")).toMatch(/ bun@\d+\.\d+\.\d+$/);
    expect(on.schedule).toEqual([{ cron: expect.stringMatching(/^\d+ \d+ \* \* [0-6]$/) }]);
  });

  test("takes any name as text", () => {
    const name = `Acme's "katas": $(id) \`id\` # {x} \\`;
    expect(parse(name).env.REALM_NAME).toBe(name);
    expect(findStep("publish", "Build")).toContain('"$REALM_NAME"');
  });

  test("puts nothing that a person typed into a script", () => {
    for (const { run } of parse().jobs.publish.steps) expect(run ?? "").not.toContain("${{");
  });
});

describe("the workflow's memory", () => {
  let work: string;
  beforeEach(() => {
    work = join(path, "work");
    sh(path, "git init --quiet --bare origin.git && git init --quiet work");
    sh(work, "git remote add origin ../origin.git");
  });

  function sh(cwd: string, script: string, env: Record<string, string> = {}): void {
    const ran = Bun.spawnSync(["bash", "-e", "-c", script], {
      cwd,
      env: { PATH: process.env.PATH, HOME: path, RUNNER_TEMP: path, GITHUB_SHA: "abc", ...env },
    });
    expect([ran.exitCode, ran.stderr.toString()]).toEqual([0, ""]);
  }

  test("starts with nothing, and brings back files and the times of packs on another machine", () => {
    sh(work, findStep("publish", "Get what was published before"));
    expect(readdirSync(join(work, "site"))).toEqual([]);
    sh(
      work,
      "mkdir site/packs site/katas; echo 1 > site/realm.json; echo k > site/katas/k; echo p > site/packs/p",
    );
    sh(work, "touch -d @1700000000.5 site/packs/p");
    for (const _ of [1, 2]) sh(work, findStep("publish", "Keep what is published now"));

    const other = join(path, "other");
    sh(path, "git clone --quiet origin.git other 2>/dev/null");
    sh(other, findStep("build", "Get what was published before"));
    expect(readdirSync(join(other, "site")).sort()).toEqual([".file-times", "katas", "packs", "realm.json"]);
    expect(statSync(join(other, "site/packs/p")).mtimeMs).toBe(1_700_000_000_500);
    sh(other, "test $(git log --oneline FETCH_HEAD | wc -l) = 1");
  });

  test("stops the run when it cannot be asked, since a realm that starts over is refused", () => {
    sh(work, "git remote set-url origin ../gone.git");
    const ran = Bun.spawnSync(["bash", "-e", "-c", findStep("publish", "Get what was published before")], {
      cwd: work,
      env: { PATH: process.env.PATH, HOME: path },
    });
    expect(ran.exitCode).not.toBe(0);
  });
});
