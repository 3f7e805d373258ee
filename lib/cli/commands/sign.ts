import { resolve } from "node:path";
import { type SignOutcome, signRealm } from "../../publish/sign.ts";
import type { SigningReason } from "../../publish/sign-due.ts";
import { readPublishedRealm } from "../../publish/sign-pointer.ts";
import type { FolderContext } from "../folder-context.ts";
import { countOf, toFields, toIsoTime, toParagraph } from "../format.ts";
import { toKeysFolder } from "../keys-place.ts";
import { parseMoment } from "../moment.ts";
import { readPassphrase } from "../passphrase.ts";
import type { Report } from "../print.ts";

export interface SignCommandOptions {
  out: string;
  keys?: string | undefined;
  roots?: string | undefined;
  expiresDays?: number | undefined;
  now?: string | undefined;
  startOver?: boolean | undefined;
}

const ROOT_WARNING_MS = 60 * 24 * 3_600_000;

/**
 * `realms sign --out <folder>`: signs what was built, or renews signatures that end soon. For a scheduled job too:
 * it writes nothing and asks for nothing while there is nothing to do.
 *
 * @throws SigningError; PublishError `write_failed`; CommandError `usage`, `interrupted`
 */
export async function signCommand(context: FolderContext, options: SignCommandOptions): Promise<Report> {
  const { around } = context;
  const out = resolve(around.cwd, options.out);
  const now = parseMoment("--now", options.now) ?? around.clock.now();
  const outcome = await signRealm({
    out,
    keys: toKeysFolder({ keys: options.keys, realm: await readPublishedRealm(out) }, around),
    roots: options.roots === undefined ? undefined : resolve(around.cwd, options.roots),
    passphrase: () => readPassphrase(context, false),
    now,
    expiresDays: options.expiresDays,
    startOver: options.startOver,
  });
  return { json: toJson(outcome), lines: toLines(outcome, options.out, now) };
}

function toJson({ reason, ...outcome }: SignOutcome) {
  return { outcome: reason === undefined ? "unchanged" : "signed", reason: reason ?? null, ...outcome };
}

function toSentence({ realm, reason, written, expiresAt }: SignOutcome): string {
  if (reason !== undefined) return `Signed ${realm} ${reasons[reason]}.`;
  const nothing = written.length === 0 ? "Nothing to sign" : "Nothing to sign but files that were missing";
  return `${nothing}: ${realm} is signed until ${toIsoTime(expiresAt)}.`;
}

const reasons: Record<SigningReason, string> = {
  first: "for the first time",
  changed: "what was built since",
  keys: "under the keys of the newest root",
  expiring: "again, before the signatures end",
};

function toLines(outcome: SignOutcome, out: string, now: number): string[] {
  const { written, removed, fingerprint, rootVersion, expiresAt, rootExpiresAt } = outcome;
  return [
    toSentence(outcome),
    "",
    ...toFields([
      ["fingerprint", fingerprint],
      ["good until", toIsoTime(expiresAt)],
      ["root", `version ${rootVersion}, good until ${toIsoTime(rootExpiresAt)}`],
      ["wrote", written.length === 0 ? undefined : `${countOf(written.length, "file", "files")} in ${out}`],
      ["removed", removed.length === 0 ? undefined : countOf(removed.length, "old file", "old files")],
    ]),
    ...(rootExpiresAt - now < ROOT_WARNING_MS
      ? [
          "",
          ...toParagraph("The root ends soon. Make the next one where its key is: realms keys rotate root"),
        ]
      : []),
  ];
}
