import type { TrustLevel } from "../../model/trust.ts";
import type { InstalledEntry, ProposalState, RealmMark, SkillView, TroubleView } from "../view-models.ts";

export type Tone = "good" | "warn" | "bad" | "plain";

/** A word for a mark, the sentence behind it, and how it should make a reader feel. */
export interface Saying {
  word: string;
  sentence: string;
  tone: Tone;
}

const trustSayings: Record<TrustLevel, Saying> = {
  pinned: {
    word: "signed",
    sentence: "Its key is the one that was confirmed here.",
    tone: "good",
  },
  "first-use": {
    word: "signed, key not confirmed",
    sentence: "Its key is the one that was met first. Nobody here has confirmed it.",
    tone: "plain",
  },
  unsigned: {
    word: "not signed",
    sentence: "Whoever can write to its server decides what it offers.",
    tone: "warn",
  },
  stale: {
    word: "signatures expired",
    sentence: "What it offers may be old, and nothing vouches for it any more.",
    tone: "bad",
  },
};

/** What stands behind a realm, in words. */
export function sayTrust({ type, trust }: Pick<RealmMark, "type" | "trust">): Saying {
  if (type === "local") {
    return { word: "yours", sentence: "On this machine, out of your own katas.", tone: "plain" };
  }
  if (trust === null) return { word: "not synced", sentence: "Nothing is known of it yet.", tone: "plain" };
  return trustSayings[trust];
}

export function sayState(state: ProposalState): Saying {
  switch (state.kind) {
    case "pending":
      return { word: "waits for you", sentence: "It waits for your decision.", tone: "warn" };
    case "installing":
      return { word: "installing", sentence: installSteps[state.step], tone: "plain" };
    case "installed":
      return { word: "installed", sentence: "It is installed.", tone: "good" };
    case "failed":
      return { word: "failed", sentence: "It was approved, but the install failed.", tone: "bad" };
    case "rejected":
      return { word: "rejected", sentence: "It was rejected.", tone: "plain" };
    case "expired":
      return { word: "expired", sentence: "Nobody decided in time, so it ended.", tone: "plain" };
  }
}

const installSteps: Record<Extract<ProposalState, { kind: "installing" }>["step"], string> = {
  approved: "Approved. The install is about to begin.",
  downloading: "Approved. The source is being fetched and checked.",
  verified: "Approved. The source is verified and is being compiled.",
  registered: "Approved. It is registered; the receipt is being written.",
};

const standings: Record<InstalledEntry["standing"], Saying> = {
  intact: { word: "in place", sentence: "Ronin has what was installed.", tone: "good" },
  altered: {
    word: "altered",
    sentence: "What Ronin has under this name is not what was installed, so it is left alone.",
    tone: "bad",
  },
  lost: { word: "lost", sentence: "Ronin has it no more. It can be put back.", tone: "bad" },
  removed: { word: "taken out", sentence: "Its source and receipts are kept.", tone: "plain" },
};

/** Whether an installed version still is what its receipt says. */
export function sayStanding(standing: InstalledEntry["standing"]): Saying {
  return standings[standing];
}

const troubles: Record<TroubleView["kind"], Saying> = {
  withdrawn: { word: "withdrawn", sentence: "Its realm has withdrawn this version.", tone: "bad" },
  deprecated: { word: "deprecated", sentence: "Its realm advises against this version.", tone: "warn" },
  incompatible: {
    word: "does not fit",
    sentence: "It is not made for the Ronin that runs here.",
    tone: "warn",
  },
};

/** Why an installed version should not go on as it is. */
export function sayTrouble(kind: TroubleView["kind"]): Saying {
  return troubles[kind];
}

export const reachSayings: Record<NonNullable<SkillView["reach"]>, Saying> = {
  shell: { word: "shell", sentence: "Runs shell commands", tone: "bad" },
  file: { word: "files", sentence: "Works on files", tone: "warn" },
  network: { word: "network", sentence: "Reaches the network", tone: "warn" },
};

/** `1 line`, `2 lines`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

/** `5 minutes ago`, or `in 13 days`. */
export function toAge(at: number, now: number): string {
  const seconds = Math.round(Math.abs(now - at) / 1000);
  if (seconds < 45) return at > now ? "in a moment" : "just now";
  const [unit, length] = units.findLast(([, length]) => seconds >= length * 0.75) ?? ["minute", 60];
  const age = count(Math.max(1, Math.round(seconds / length)), unit);
  return at > now ? `in ${age}` : `${age} ago`;
}

const units: ReadonlyArray<readonly [string, number]> = [
  ["minute", 60],
  ["hour", 3600],
  ["day", 86_400],
];
