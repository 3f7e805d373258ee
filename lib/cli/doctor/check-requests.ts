import type { KataInstallRequest } from "../../model/install.ts";
import { qualifiedName } from "../../model/kata.ts";
import { countOf } from "../format.ts";
import { type Finding, notice, problem } from "./finding.ts";

/** An install takes seconds. What is under way for longer was cut off. */
const UNFINISHED_MS = 10 * 60_000;

/** What waits for a person, and what a person decided and never came to an end. */
export function checkRequests(requests: readonly KataInstallRequest[], now: number): Finding[] {
  const pending = requests.filter(({ status }) => status === "pending");
  const unfinished = requests.filter(
    ({ status, installState, approvedAt }) =>
      status === "approved" &&
      installState !== "installed" &&
      installState !== "failed" &&
      now - (approvedAt ?? now) > UNFINISHED_MS,
  );
  return [
    ...(pending.length === 0
      ? []
      : [
          notice(
            "open_approvals",
            `${countOf(pending.length, "request waits", "requests wait")} for a decision.`,
            "realms pending",
          ),
        ]),
    ...unfinished.map((request) =>
      problem(
        "install_unfinished",
        `${qualifiedName(request.fromRealm, request.kataName, request.kataVersion)} was approved, and its install has not ended.`,
        `Restart Ronin, which takes it up again, then: realms show ${request.id}`,
      ),
    ),
  ];
}
