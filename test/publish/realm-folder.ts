import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { gunzipSync } from "node:zlib";
import { KataCompiler, KataParser, RONIN_VERSION } from "ronin-plugin-api";
import { type PackedRealm, type PackRow, packedRealmSchema, packRowSchema } from "../../lib/model/wire.ts";
import {
  type BuildDeps,
  type BuildOptions,
  type BuildOutcome,
  buildRealm,
} from "../../lib/publish/build-realm.ts";
import { changeStatus, type StatusChange, type StatusOutcome } from "../../lib/publish/change-status.ts";
import type { PublishingHost } from "../../lib/publish/kata-file.ts";
import { toPublication } from "../../lib/publish/publication.ts";
import { type PublishedRow, rowKey } from "../../lib/publish/published-row.ts";

export const START = Date.UTC(2026, 0, 1);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export function createHost(): PublishingHost {
  return { version: RONIN_VERSION, parser: new KataParser(), compiler: new KataCompiler() };
}

/** A folder with `katas/` to publish from and `site/` to publish into, and a clock that moves an hour a publish. */
export interface RealmFolder extends Disposable {
  path: string;
  katas: string;
  site: string;
  now: number;
  /** Writes `katas/<file>`. */
  put(file: string, content: string | Uint8Array): void;
  build(options?: Partial<BuildOptions>, deps?: Partial<BuildDeps>): Promise<BuildOutcome>;
  end(change: Omit<StatusChange, "out" | "now">): Promise<StatusOutcome>;
  pointer(): PackedRealm;
  /** The lines of a pack of the site. */
  lines(sha256: string): string[];
  /** The rows of the base. */
  rows(): PackRow[];
  read(path: string): Buffer;
}

export function makeRealmFolder(): RealmFolder {
  const path = mkdtempSync(join(tmpdir(), "realms-publish-"));
  const site = join(path, "site");
  const host = createHost();
  const folder: RealmFolder = {
    path,
    katas: join(path, "katas"),
    site,
    now: START,
    put(file, content) {
      const absolute = join(folder.katas, file);
      mkdirSync(dirname(absolute), { recursive: true });
      writeFileSync(absolute, content);
    },
    build(options = {}, deps = {}) {
      folder.now += HOUR;
      return buildRealm(
        { katas: folder.katas, out: site, realm: "acme", name: "Acme", now: folder.now, ...options },
        { host, onProgress: () => {}, signal: new AbortController().signal, ...deps },
      );
    },
    end(change) {
      folder.now += HOUR;
      return changeStatus({ ...change, out: site, now: folder.now });
    },
    pointer: () => packedRealmSchema.parse(JSON.parse(folder.read("realm.json").toString())),
    lines: (sha256) => linesOf(folder.read(`packs/${sha256}.ndjson.gz`)),
    rows: () =>
      folder
        .pointer()
        .base.flatMap(({ sha256 }) => folder.lines(sha256))
        .map((line) => packRowSchema.parse(JSON.parse(line))),
    read: (file) => readFileSync(join(site, file)),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
  mkdirSync(folder.katas);
  return folder;
}

/** Puts a site into the state of publish `seq` with these rows. */
export function republish(site: string, rows: readonly PublishedRow[], seq: number, now: number): void {
  const head = packedRealmSchema.parse(JSON.parse(readFileSync(join(site, "realm.json"), "utf8")));
  const byKey = new Map(rows.map((one) => [rowKey(one.row), one]));
  const { packs, pointerBytes } = toPublication(head, byKey, seq, now);
  for (const { sha256, content } of packs) {
    writeFileSync(join(site, `packs/${sha256}.ndjson.gz`), content);
  }
  writeFileSync(join(site, "realm.json"), pointerBytes);
}

export function linesOf(pack: Uint8Array): string[] {
  return gunzipSync(pack).toString("utf8").split("\n").slice(0, -1);
}

/** A kata that compiles. `head` stands above it, `body` says what it does. */
export function kata(
  name: string,
  version: string,
  head = "",
  body = "  run skill a.b\n  complete\n",
): string {
  return `${head}kata ${name} ${version}\nrequires skill a.b\n\ninitial go\n\nphase go\n${body}`;
}

/** Every file below a folder with what tells whether it was written: inode, change times and bytes. */
export function snapshot(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const absolute = join(entry.parentPath, entry.name);
    const stats = lstatSync(absolute, { bigint: true });
    const bytes = entry.isFile() ? Bun.hash(readFileSync(absolute)) : "";
    files.set(
      relative(folder, absolute).replaceAll("\\", "/"),
      [stats.ino, stats.mtimeNs, stats.ctimeNs, stats.size, bytes].join(" "),
    );
  }
  return files;
}

/** Paths of what differs between two snapshots. */
export function changedFiles(before: Map<string, string>, after: Map<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .sort();
}

/** Bytes of every file below a folder. */
export function contents(folder: string): Map<string, string> {
  return new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry): [string, string] => {
        const absolute = join(entry.parentPath, entry.name);
        return [relative(folder, absolute), readFileSync(absolute).toString("base64")];
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
