import { describe, expect, test } from "bun:test";
import {
  canChangeInstallState,
  canChangeStatus,
  type InstallState,
  type RequestStatus,
} from "../../lib/model/install.ts";

const statuses: RequestStatus[] = ["pending", "approved", "rejected"];
const states: Array<InstallState | undefined> = [
  undefined,
  "downloading",
  "verified",
  "registered",
  "installed",
  "failed",
];

describe("the life of a request", () => {
  test("a decision is taken once", () => {
    const allowed = statuses.flatMap((from) =>
      statuses.filter((to) => canChangeStatus(from, to)).map((to) => `${from} → ${to}`),
    );
    expect(allowed).toEqual(["pending → approved", "pending → rejected"]);
  });

  test("an install goes forward, starts over, or fails; its ends are final", () => {
    const allowed = states.flatMap((from) =>
      states
        .filter((to) => to !== undefined && canChangeInstallState(from, to))
        .map((to) => `${from ?? "none"} → ${to}`),
    );
    expect(allowed).toEqual([
      "none → downloading",
      "none → failed",
      "downloading → downloading",
      "downloading → verified",
      "downloading → failed",
      "verified → downloading",
      "verified → registered",
      "verified → failed",
      "registered → downloading",
      "registered → installed",
      "registered → failed",
    ]);
  });
});
