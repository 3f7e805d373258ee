import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import manifest from "../../../package.json" with { type: "json" };
import { findBannerVersion } from "../../drop-in/layout.ts";
import { messageOf } from "../../errors.ts";
import { isInRange } from "../../model/ronin-version.ts";
import { readApprovalKey } from "../../runtime/approval-key.ts";
import { isRonin } from "../../runtime/kata-host.ts";
import { approvalKeyPath } from "../../runtime/paths.ts";
import type { HostLocation } from "../locate-host.ts";
import type { Surroundings } from "../surroundings.ts";
import { type Finding, notice, problem } from "./finding.ts";

const supportedRonin = manifest.peerDependencies["ronin-plugin-api"];

/** Whether the host is there, is one that the pack was made for, and can be told what a person decides. */
export function checkHost(host: HostLocation, isUp: boolean, around: Pick<Surroundings, "env">): Finding[] {
  return [
    ...checkAnswer(host, isUp),
    ...checkVersion(host),
    ...checkStub(host, around.env),
    ...checkApprovals(host, around.env),
  ];
}

function checkAnswer({ note, port }: HostLocation, isUp: boolean): Finding[] {
  const down = problem(
    "host_down",
    `Nothing answers as Ronin does on 127.0.0.1:${port}.`,
    "Start Ronin. Where it listens on another port: --port, or WEBHOOK_PORT.",
  );
  const unknown = problem(
    "host_unknown",
    "No Ronin has left word that it runs with this pack as this user.",
    "Drop the pack in and restart Ronin: realms drop-in ~/.ronin. If RONIN_REALMS_HOME is set for Ronin, set it here too.",
  );
  return [...(isUp ? [] : [down]), ...(note === undefined ? [unknown] : [])];
}

function checkVersion({ note }: HostLocation): Finding[] {
  if (note === undefined || isInRange(note.roninVersion, supportedRonin)) return [];
  return [
    problem(
      "host_version",
      `Ronin is ${note.roninVersion}; this pack was made for ${supportedRonin}.`,
      "Use a Ronin of that range, or a pack that was made for yours.",
    ),
  ];
}

/** The host constructs its own agent of that name beside ours, and both hear every need. */
function checkStub({ databasePath }: HostLocation, env: Surroundings["env"]): Finding[] {
  const checkouts = [...new Set([env.RONIN_PROJECT_ROOT ?? "", dirname(databasePath)])];
  const paths = checkouts
    .filter((checkout) => checkout !== "" && isRonin(checkout))
    .map((checkout) => join(checkout, "agents/dojo-agent.ts"))
    .filter((path) => existsSync(path) && findBannerVersion(readFileSync(path, "utf8")) === undefined);
  return paths.map((path) =>
    notice(
      "dojo_stub",
      `Ronin's own dojo agent is active beside this pack's: ${path}. It asks the model about every need as well, and its dojo.error events mean nothing.`,
      `Move it out of the agents folder: mv ${path} ${path}.off`,
    ),
  );
}

function checkApprovals({ note }: HostLocation, env: Surroundings["env"]): Finding[] {
  if (note?.approvals === "event") {
    return [
      notice(
        "approvals_by_event",
        "Everybody who reaches Ronin's port can approve: realms.approvals is event.",
        "Set realms.approvals to confirmed in Ronin's config.json, and restart it.",
      ),
    ];
  }
  const path = approvalKeyPath(env);
  try {
    if (note === undefined || readApprovalKey(path) !== undefined) return [];
    return [
      problem("approval_key", `There is no approval key at ${path}.`, "Restart Ronin, which makes one."),
    ];
  } catch (error) {
    return [problem("approval_key", messageOf(error), `Remove ${path}, and restart Ronin.`)];
  }
}
