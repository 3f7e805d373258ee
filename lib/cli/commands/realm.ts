import type { RealmPreview, RealmView } from "../../desk/shown.ts";
import { CommandError } from "../command-error.ts";
import type { RealmChange } from "../desk/command-desk.ts";
import type { DeskContext } from "../desk/with-desk.ts";
import { getRealm } from "../find-realm.ts";
import type { Report } from "../print.ts";
import { toPreviewLines, toRealmsLines } from "../realm-lines.ts";
import { requireConfirmed } from "../require-yes.ts";

export interface AddRealmOptions {
  name?: string | undefined;
  fingerprint?: string | undefined;
  yes?: boolean | undefined;
}

/** `realms realm list`: every realm with its trust, how fresh it is and what went wrong last. */
export async function listRealms({ desk }: DeskContext): Promise<Report> {
  const view = await desk.realms();
  return { json: view, lines: toRealmsLines(view.realms) };
}

/**
 * `realms realm add <id> <url>`: asks the realm who signs it, shows that, and follows it once a person trusts it.
 * The fingerprint that a publisher gave out takes the place of the question.
 *
 * @throws CommandError `usage`, `fingerprint_mismatch`, `declined`, `interrupted`; RegistryError `invalid_input`;
 *   RealmError `root_mismatch`, and when it cannot be reached
 */
export async function addRealm(
  context: DeskContext,
  id: string,
  url: string,
  options: AddRealmOptions,
): Promise<Report> {
  const isSure = options.yes === true || options.fingerprint !== undefined;
  verifyCanAsk(context, isSure, `realms realm add ${id} ${url} --fingerprint <sha256>, or --yes`);
  const preview = await context.desk.previewRealm({
    id,
    url,
    ...(options.name && { name: options.name }),
    ...(options.fingerprint && { fingerprint: options.fingerprint.toLowerCase() }),
  });
  context.say([...toPreviewLines(preview), ""]);
  const shown = preview.signing.kind === "signed" ? preview.signing.fingerprint : null;
  if (options.fingerprint !== undefined) verifyFingerprint(preview, options.fingerprint);
  else if (!isSure) await requireConfirmed(context.around, toQuestion(preview));
  await context.desk.addRealm({ ticket: preview.ticket, fingerprint: shown });
  return {
    json: { outcome: "added", id, url: preview.url, fingerprint: shown },
    lines: [`Following ${id}. Wait for its first sync:  realms sync ${id}`],
  };
}

function verifyFingerprint({ id, signing }: RealmPreview, expected: string): void {
  if (signing.kind === "signed" && signing.fingerprint === expected.toLowerCase()) return;
  const found = signing.kind === "signed" ? `has the root ${signing.fingerprint}` : "is not signed";
  throw new CommandError(
    "fingerprint_mismatch",
    `${id} ${found}, not the root ${expected}.\nIt was not added: ask its publisher which one is right.`,
  );
}

function toQuestion({ id, signing }: RealmPreview): string {
  return signing.kind === "signed"
    ? `Trust this root, and follow ${id}?`
    : `Follow ${id} although nothing that it says is signed?`;
}

interface Change {
  done: string;
  question?: (realm: RealmView) => string;
}

const changes: Record<RealmChange, Change> = {
  enable: { done: "is enabled" },
  disable: { done: "is disabled: nothing of it is found or installed, and it is not synced" },
  reset: {
    done: "was forgotten; the next sync meets it anew",
    question: ({ id }) => `Forget what ${id} was, and trust what it shows at the next sync?`,
  },
  remove: {
    done: "was removed. What was installed from it stays, with its receipts",
    question: ({ id }) => `Remove ${id} and all that is known of its katas?`,
  },
};

/**
 * `realms realm enable|disable|reset|remove <id>`.
 *
 * @throws CommandError `usage`, `unknown_realm`, `declined`, `interrupted`; RegistryError `invalid_transition` for
 *   a realm that Ronin's config lists, `unknown_realm` when there is nothing to reset
 */
export async function changeRealm(
  context: DeskContext,
  change: RealmChange,
  id: string,
  { yes = false }: { yes?: boolean | undefined },
): Promise<Report> {
  const { desk } = context;
  const { question, done } = changes[change];
  const realm = getRealm((await desk.realms()).realms, id);
  if (question !== undefined && !yes) {
    verifyCanAsk(context, false, `realms realm ${change} ${id} --yes`);
    context.say([...toRealmsLines([realm]), ""]);
    await requireConfirmed(context.around, question(realm));
  }
  await desk.changeRealm(id, change);
  return { json: { outcome: change, id }, lines: [`${id} ${done}.`] };
}

/** A decision without anyone to ask has to be asked for in so many words. */
function verifyCanAsk({ around, isJson }: DeskContext, isSure: boolean, how: string): void {
  if (isSure || (around.isTTY && !isJson)) return;
  const why = isJson ? "--json prints one document and cannot ask" : "There is no terminal to ask on";
  throw new CommandError("usage", `${why}.\nTo decide it here:  ${how}`);
}
