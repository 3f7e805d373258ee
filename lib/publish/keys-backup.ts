import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { realmIdSchema } from "../model/realm.ts";
import { openKey, type SealedKey, sealedKeySchema } from "../trust/sealed-key.ts";
import { SigningError } from "../trust/signing-error.ts";
import { assertInRoot, type KeysSummary, summarizeKeys } from "./keys.ts";
import { findSealedKey, finishReplacement, getRootChain, writeRoot, writeSealedKey } from "./keys-folder.ts";
import { assertEmpty, assertOutside } from "./keys-outside.ts";
import { newestOf, parseRootChain, type RootChain } from "./root-chain.ts";

const base64 = z.base64().min(1).max(100_000);

/** A whole keys folder in one file, its keys as sealed as they were. */
const backupSchema = z.object({
  format: z.literal(1),
  realm: realmIdSchema,
  keys: z.array(sealedKeySchema).min(1).max(2),
  /** Each root's bytes: their hashes count. */
  roots: z.tuple([base64], base64),
});

/**
 * Writes all keys and roots into one new file, after opening every key: a backup under a passphrase that nobody
 * knows any more is none.
 *
 * @throws SigningError `keys_missing`, `keys_damaged`, `passphrase_wrong`, `keys_exist`, `keys_in_output`
 */
export function backupKeys(folder: string, file: string, passphrase: string): KeysSummary {
  finishReplacement(folder);
  const chain = getRootChain(folder);
  const keys = (["root", "online"] as const).flatMap((role) => findSealedKey(folder, role) ?? []);
  const [first] = keys;
  if (first === undefined) throw new SigningError("keys_missing", `There are no keys in ${folder}.`);
  assertOpen(keys, chain, passphrase);
  assertOutside(file);
  if (existsSync(file)) {
    throw new SigningError("keys_exist", `${file} is there already. A backup never overwrites another.`);
  }
  const roots = chain.map(({ bytes }) => bytes.toString("base64"));
  const backup = { format: 1, realm: first.realm, keys, roots };
  writeFileSync(file, `${JSON.stringify(backup, null, 2)}\n`, { mode: 0o600, flag: "wx", flush: true });
  return summarizeKeys(folder);
}

/**
 * Makes a keys folder out of a backup, after opening every key in it.
 *
 * @throws SigningError `keys_damaged`, `passphrase_wrong`, `root_chain_broken`, `key_not_in_root`, `keys_exist`,
 *   `keys_in_output`, `keys_missing` when there is no such file
 */
export function restoreKeys(file: string, folder: string, passphrase: string): KeysSummary {
  const { keys, roots } = readBackup(file);
  const [first, ...others] = roots.map((root) => Buffer.from(root, "base64"));
  if (first === undefined) throw new SigningError("keys_damaged", `${file} holds no root.`);
  const chain = parseRootChain([first, ...others]);
  assertOpen(keys, chain, passphrase);
  assertOutside(folder);
  assertEmpty(folder);
  for (const sealed of keys) writeSealedKey(folder, sealed);
  for (const root of chain) writeRoot(folder, root);
  return summarizeKeys(folder);
}

/** Whose keys a backup holds. @throws SigningError `keys_missing`, `keys_damaged` */
export function readBackupRealm(file: string): string {
  return readBackup(file).realm;
}

function readBackup(file: string): z.infer<typeof backupSchema> {
  if (!existsSync(file)) throw new SigningError("keys_missing", `There is no file ${file}.`);
  try {
    return backupSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new SigningError("keys_damaged", `${file} is not a backup of keys, or was cut off.`, { cause });
  }
}

function assertOpen(keys: readonly SealedKey[], chain: RootChain, passphrase: string): void {
  for (const sealed of keys) assertInRoot(openKey(sealed, passphrase), newestOf(chain), sealed.role);
}
