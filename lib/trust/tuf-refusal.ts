import { RealmError } from "../errors.ts";
import { toExpiredError } from "./tuf-clock.ts";

export type TufRole = "root" | "timestamp" | "snapshot" | "targets";

/** Why a file of the metadata was not accepted, in words that hold nothing of what the host sent. */
export interface Refusal {
  role: TufRole;
  /** `content`: not the bytes that another file names. `malformed`: not metadata of this role at all. */
  why: "expired" | "version" | "unsigned" | "content" | "malformed";
  /** Of a wrong version: the one in the file, and the one that the file naming it asked for. */
  found?: number | undefined;
  asked?: number | undefined;
}

export interface RefusalFacts {
  host: string;
  /** Milliseconds since 1970: the one time of this run. */
  now: number;
  hostTime?: number | undefined;
}

/** What a refused file means to the person who follows the realm. */
export function toRefusedError(refusal: Refusal, facts: RefusalFacts, cause?: unknown): RealmError {
  const { role, why } = refusal;
  const where = `${role}.json at ${facts.host}`;
  const options = { cause };
  switch (why) {
    case "expired":
      return toExpiredError(`${role}.json`, facts);
    case "unsigned":
      return new RealmError(
        "signature_invalid",
        `${where} is not signed by enough of the keys that may sign it. It was changed, or signed with a key that was revoked.`,
        options,
      );
    case "malformed":
      return new RealmError("signature_invalid", `${where} is not metadata of that role.`, options);
    case "content":
      return new RealmError(
        "metadata_mismatch",
        `${where} is not the file that the others name. It was changed, or a cache mixes old and new.`,
        options,
      );
    case "version":
      return toVersionError(refusal, where, options);
  }
}

/** A file under the right name with another version inside is a mix; one that others name, but older, a rollback. */
function toVersionError({ found, asked }: Refusal, where: string, options: { cause: unknown }): RealmError {
  if (asked !== undefined && found !== asked) {
    return new RealmError(
      "metadata_mismatch",
      `${where} has version ${found ?? "none"} where ${asked} was asked for. A cache mixes old and new, or somebody does.`,
      options,
    );
  }
  return new RealmError(
    "metadata_rolled_back",
    `${where} shows an older state than was accepted before. A cache lags behind, or somebody holds the realm back.`,
    options,
  );
}
