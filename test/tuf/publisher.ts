import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKeys, type KeyOptions } from "../../lib/publish/keys.ts";
import { type SignOptions, signRealm } from "../../lib/publish/sign.ts";
import { stateOf } from "../../lib/trust/state.ts";

export const PASSPHRASE = "correct horse battery staple";
export const NOW = Date.parse("2026-11-22T06:00:00Z");
export const DAY_MS = 24 * 3_600_000;

/** A publisher's desk: a keys folder and the folder of a built realm, without katas, which signing never looks at. */
export interface Publisher extends Disposable {
  folder: string;
  keys: string;
  out: string;
  /** As the keys functions take them; a guess at the passphrase is cheap here. */
  keyOptions(changes?: Partial<KeyOptions>): KeyOptions;
  sign(changes?: Partial<SignOptions>): ReturnType<typeof signRealm>;
  /** What a build leaves: a pointer with this publish number. */
  build(seq: number): void;
  pointer(): Record<string, unknown>;
  /** Every file of the realm's folder with its contents. */
  files(): Map<string, string>;
}

export function createPublisher(): Publisher {
  const folder = mkdtempSync(join(tmpdir(), "realms-publisher-"));
  const [keys, out] = [join(folder, "keys"), join(folder, "site")];
  mkdirSync(out);
  const publisher: Publisher = {
    folder,
    keys,
    out,
    keyOptions: (changes = {}) => ({
      folder: keys,
      passphrase: PASSPHRASE,
      now: NOW,
      scryptN: 2,
      ...changes,
    }),
    sign: (changes = {}) =>
      signRealm({ out, keys, now: NOW, passphrase: async () => PASSPHRASE, ...changes }),
    build(seq) {
      const root = publisher.files().has("realm.json") ? publisher.pointer().root : undefined;
      const named = root === undefined ? {} : { root };
      const head = { format: 1, realm: "acme", seq, issued: "2026-11-22T06:00:00.000Z", rows: 0 };
      const pointer = { ...head, state: stateOf(new Map()), ...named, base: [], deltas: [] };
      writeFileSync(join(out, "realm.json"), `${JSON.stringify(pointer, null, 2)}\n`);
    },
    pointer: () => JSON.parse(readFileSync(join(out, "realm.json"), "utf8")),
    files: () => readAll(out),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
  publisher.build(1);
  createKeys("acme", publisher.keyOptions());
  return publisher;
}

/** A copy of a whole folder, to go back to. */
export function copyFolder(from: string): string {
  const copy = mkdtempSync(join(tmpdir(), "realms-copy-"));
  cpSync(from, copy, { recursive: true });
  return copy;
}

/** Path → contents of every file below a folder. */
export function readAll(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const files = paths.filter((path) => statSync(join(folder, path)).isFile());
  return new Map(files.map((path) => [path, readFileSync(join(folder, path), "latin1")]));
}
