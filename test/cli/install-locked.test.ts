import { describe, expect, test } from "bun:test";
import { CommandError } from "../../lib/cli/command-error.ts";
import type { CommandDesk } from "../../lib/cli/desk/command-desk.ts";
import { installLocked, MAX_WAIT_MS } from "../../lib/cli/install-locked.ts";
import type { ProposalState } from "../../lib/desk/shown.ts";
import { InstallError } from "../../lib/errors.ts";
import { codeOfAsync } from "../support/throws.ts";

const [HASH, OTHER, PLAN] = ["a", "b", "c"].map((digit) => digit.repeat(64)) as [string, string, string];
const kata = { realm: "acme", name: "x.y", version: "v1", sourceHash: HASH, compiledHash: HASH };

/** A desk whose request offers these hashes and then goes through these states. */
function deskWith(
  hashes: { source: string; compiled: string; plan: string | null },
  states: ProposalState[],
) {
  const approved: unknown[] = [];
  const desk = {
    requestInstall: async () => ({ proposalId: "r1" }),
    proposal: async () => ({
      versions: [{ version: "v1", hashes, plan: [] }],
      receipts: [{ id: "receipt" }],
    }),
    approve: async (id: string, given: unknown) => void approved.push([id, given]),
    proposals: async () => ({ pending: [], recent: [{ id: "r1", state: states.shift() ?? states.at(-1) }] }),
  } as unknown as CommandDesk;
  return { desk, approved };
}

const good = { source: HASH, compiled: HASH, plan: PLAN };
const installing: ProposalState = { kind: "installing", step: "downloading" };

function run(desk: CommandDesk, signal = new AbortController().signal) {
  let now = 0;
  const wait = async (ms: number) => {
    now += ms;
  };
  const around = { clock: { now: () => now }, wait, signal, userName: () => "mira" };
  return installLocked({ desk, around }, { kata });
}

describe("a kata of a lock", () => {
  test("is approved by the plan that its hashes are in, and awaited", async () => {
    const { desk, approved } = deskWith(good, [installing, { kind: "installed", by: "mira", at: 1 }]);
    expect(await run(desk)).toMatchObject([{ id: "receipt" }]);
    expect(approved).toMatchObject([
      ["r1", { version: "v1", planHash: PLAN, by: "mira", acceptStale: false }],
    ]);
  });

  test.each([
    ["another source", "source_hash_mismatch", { ...good, source: OTHER }],
    ["another graph", "compiled_hash_mismatch", { ...good, compiled: OTHER }],
    ["nothing that can be approved", "compiled_hash_mismatch", { ...good, plan: null }],
  ])("is not approved once the request offers %s", async (_what, code, hashes) => {
    const { desk, approved } = deskWith(hashes, []);
    expect(await codeOfAsync(() => run(desk), InstallError)).toBe(code);
    expect(approved).toEqual([]);
  });

  test("that fails says why", async () => {
    const problem = { code: "download_failed", message: "gone" };
    const { desk } = deskWith(good, [{ kind: "failed", by: null, at: null, problem }]);
    await expect(run(desk)).rejects.toMatchObject({
      code: "install_failed",
      message: "download_failed: gone",
    });
  });

  test("is waited for so long, and not beyond Ctrl-C", async () => {
    const endless = () => Array.from({ length: MAX_WAIT_MS / 200 + 1 }, () => installing);
    expect(await codeOfAsync(() => run(deskWith(good, endless()).desk), CommandError)).toBe(
      "still_installing",
    );
    const stopped = AbortSignal.abort();
    expect(await codeOfAsync(() => run(deskWith(good, endless()).desk, stopped), CommandError)).toBe(
      "interrupted",
    );
  });
});
