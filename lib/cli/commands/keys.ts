import { resolve } from "node:path";
import { realmIdSchema } from "../../model/realm.ts";
import { createKeys, type KeysSummary, type Replacement, replaceKey } from "../../publish/keys.ts";
import { backupKeys, readBackupRealm, restoreKeys } from "../../publish/keys-backup.ts";
import type { KeyRole } from "../../trust/sealed-key.ts";
import { CommandError } from "../command-error.ts";
import type { FolderContext } from "../folder-context.ts";
import { toFields, toIsoTime, toParagraph } from "../format.ts";
import { type KeysPlace, toKeysFolder } from "../keys-place.ts";
import { parseMoment } from "../moment.ts";
import { readPassphrase } from "../passphrase.ts";
import type { Report } from "../print.ts";

export interface KeyCommandOptions extends KeysPlace {
  now?: string | undefined;
  rootDays?: number | undefined;
}

/** `realms keys create --realm <id>`: a realm's two keys and its first root. @throws SigningError, CommandError `usage` */
export async function createKeysCommand(context: FolderContext, options: KeyCommandOptions): Promise<Report> {
  const realm = realmIdSchema.safeParse(options.realm);
  if (!realm.success) {
    throw new CommandError("usage", "--realm needs the realm's id: lower-case letters, digits, - and _.");
  }
  const summary = createKeys(realm.data, await toKeyOptions(context, options, true));
  return toReport("Made the keys of", summary, [
    "Back them up now, and keep root.key.json off any machine that is online: realms keys backup <file>",
    "Without the root key and its passphrase nobody can ever replace a key of this realm.",
  ]);
}

/** `realms keys backup <file>`: all of a keys folder in one file, sealed. @throws SigningError */
export async function backupKeysCommand(
  context: FolderContext,
  file: string,
  options: KeysPlace,
): Promise<Report> {
  const { around } = context;
  const folder = toKeysFolder(options, around);
  const summary = backupKeys(folder, resolve(around.cwd, file), await readPassphrase(context, false));
  return toReport("Backed up the keys of", summary, [
    `${file} opens with the same passphrase. Keep the two apart, and try the backup: realms keys restore`,
  ]);
}

/** `realms keys restore <file>`: a keys folder out of a backup. @throws SigningError */
export async function restoreKeysCommand(
  context: FolderContext,
  file: string,
  options: KeysPlace,
): Promise<Report> {
  const { around } = context;
  const path = resolve(around.cwd, file);
  const folder = toKeysFolder({ realm: readBackupRealm(path), ...options }, around);
  const summary = restoreKeys(path, folder, await readPassphrase(context, false));
  return toReport("Restored the keys of", summary, []);
}

/** `realms keys rotate|revoke root|online`: a new key in the place of one. @throws SigningError, CommandError */
export async function replaceKeyCommand(
  context: FolderContext,
  how: Replacement,
  role: string,
  options: KeyCommandOptions,
): Promise<Report> {
  const summary = replaceKey(toRole(role), how, await toKeyOptions(context, options, false));
  const done = how === "rotate" ? `Rotated the ${role} key of` : `Revoked the ${role} key of`;
  return toReport(done, summary, [
    "Nobody knows of it before the realm is signed again: realms sign --out <folder>",
    ...(role === "online" ? ["The job that signs every week needs the new online.key.json."] : []),
    "Back the keys up again: realms keys backup <file>",
  ]);
}

async function toKeyOptions(context: FolderContext, options: KeyCommandOptions, isNew: boolean) {
  const { around } = context;
  return {
    folder: toKeysFolder(options, around),
    now: parseMoment("--now", options.now) ?? around.clock.now(),
    rootDays: options.rootDays,
    scryptN: around.scryptN,
    passphrase: await readPassphrase(context, isNew),
  };
}

function toRole(text: string): KeyRole {
  if (text === "root" || text === "online") return text;
  throw new CommandError("usage", "Which key? There is root, and there is online.");
}

function toReport(done: string, summary: KeysSummary, advice: readonly string[]): Report {
  return {
    json: summary,
    lines: [
      `${done} ${summary.realm}.`,
      "",
      ...toFields([
        ["folder", summary.folder],
        ["fingerprint", summary.fingerprint],
        ["root key", summary.rootKeyId],
        ["online key", summary.onlineKeyId],
        ["root", `version ${summary.rootVersion}, good until ${toIsoTime(summary.rootExpiresAt)}`],
      ]),
      ...advice.flatMap((line) => ["", ...toParagraph(line)]),
    ],
  };
}
