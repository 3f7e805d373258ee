import { describe, expect, test } from "bun:test";
import { followRequest } from "../../lib/cli/follow.ts";
import { RegistryBusyError, RegistryError } from "../../lib/errors.ts";
import type { KataInstallRequest } from "../../lib/model/install.ts";
import { codeOfAsync } from "../support/throws.ts";

const pending: KataInstallRequest = {
  id: "r1",
  kataName: "a.b",
  kataVersion: "v1",
  fromRealm: "acme",
  requestedAt: 0,
  status: "pending",
};
const installed: KataInstallRequest = { ...pending, status: "approved", installState: "installed" };

/** Each look takes the next step; the last one stays. */
function follow(...steps: Array<KataInstallRequest | Error>) {
  const clock = { at: 0, now: () => clock.at };
  const getRequest = (): KataInstallRequest => {
    const step = steps.length > 1 ? steps.shift() : steps[0];
    if (step === undefined || step instanceof Error) throw step;
    return step;
  };
  const wait = async (ms: number): Promise<void> => {
    clock.at += ms;
  };
  const around = { clock, wait, signal: new AbortController().signal };
  return followRequest({ registry: { getRequest }, around }, pending).then((outcome) => ({
    ...outcome,
    waitedMs: clock.at,
  }));
}

describe("following a request", () => {
  test("ends at the look after the install ended", async () => {
    const approved: KataInstallRequest = { ...pending, status: "approved" };
    expect(await follow(pending, approved, installed)).toEqual({
      progress: "installed",
      request: installed,
      waitedMs: 400,
    });
  });

  test("goes on while the host has the file locked", async () => {
    expect(await follow(new RegistryBusyError(), new RegistryBusyError(), installed)).toMatchObject({
      progress: "installed",
    });
  });

  test("gives up after 15 s when nobody took the decision", async () => {
    expect(await follow(pending)).toMatchObject({ progress: "not_taken", waitedMs: 15_000 });
  });

  test("gives up after 60 s when it was taken and goes on", async () => {
    const downloading: KataInstallRequest = { ...pending, status: "approved", installState: "downloading" };
    expect(await follow(downloading)).toMatchObject({ progress: "installing", waitedMs: 60_000 });
  });

  test("hands on every other failure to read", async () => {
    const gone = new RegistryError("unknown_request", "gone");
    expect(await codeOfAsync(() => follow(gone), RegistryError)).toBe("unknown_request");
  });
});
