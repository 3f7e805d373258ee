import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodePack, type Pack } from "../../lib/publish/pack.ts";
import type { RealmFolder } from "./realm-folder.ts";
import { referenceState } from "./reference-client.ts";

type Fields = Record<string, unknown>;

/** Changes `realm.json`, whatever becomes of it. */
export function editPointer(folder: RealmFolder, change: (pointer: Fields) => unknown): void {
  const pointer = JSON.parse(folder.read("realm.json").toString());
  change(pointer);
  writeFileSync(join(folder.site, "realm.json"), JSON.stringify(pointer));
}

/** Gives the realm these lines as its base, with pointer, state and deltas made to fit. */
export function forgeBase(folder: RealmFolder, lines: readonly string[]): void {
  const pack = writePack(folder, lines);
  const seqOf = (line: string) => Number(/"seq":(\d+)/.exec(line)?.[1] ?? 0);
  editPointer(folder, (pointer) => {
    pointer.base = [toRef(pack)];
    pointer.rows = lines.length;
    pointer.state = stateOrNothing(lines);
    pointer.deltas = folder.pointer().deltas.map(({ from }) => {
      const { rows: _rows, ...ref } = toRef(
        writePack(
          folder,
          lines.filter((line) => seqOf(line) > from),
        ),
      );
      return { from, ...ref };
    });
  });
}

/** Changes one row of the base, consistently. */
export function forgeRow(folder: RealmFolder, key: string, change: (row: Fields) => unknown): void {
  forgeBase(
    folder,
    baseLines(folder).map((line) => {
      const row = JSON.parse(line);
      if (`${row.name}@${row.version}` !== key) return line;
      change(row);
      return JSON.stringify(row);
    }),
  );
}

/** Gives a version other source bytes, with the row made to fit. */
export function forgeSource(folder: RealmFolder, key: string, bytes: Uint8Array): void {
  const sourceHash = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
  writeFileSync(join(folder.site, `katas/${sourceHash}.kata`), bytes);
  forgeRow(folder, key, (row) => Object.assign(row, { sourceHash, sourceBytes: bytes.byteLength }));
}

export function baseLines(folder: RealmFolder): string[] {
  return folder.pointer().base.flatMap(({ sha256 }) => folder.lines(sha256));
}

export function writePack(folder: RealmFolder, lines: readonly string[]): Pack {
  const pack = encodePack(lines);
  writeFileSync(join(folder.site, `packs/${pack.sha256}.ndjson.gz`), pack.content);
  return pack;
}

export function removeFile(folder: RealmFolder, path: string): void {
  rmSync(join(folder.site, path));
}

function toRef({ sha256, bytes, rawBytes, rows }: Pack): Omit<Pack, "content"> {
  return { sha256, bytes, rawBytes, rows };
}

/** A line that is no row has no state; then another check says no first. */
function stateOrNothing(lines: readonly string[]): string {
  try {
    return referenceState(lines);
  } catch {
    return "0".repeat(64);
  }
}
