import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod";
import { messageOf } from "../errors.ts";
import type { HostHttp } from "../host.ts";
import type { Log } from "../log.ts";
import { removeLeftovers } from "./leftovers.ts";
import { approvalKeyPath, hostNotePath, pageTokenPath } from "./paths.ts";
import { receiptHeadPath } from "./receipt-heads.ts";

/** What the command needs to find the host that runs: written soon after start, read by `realms`. */
const hostNoteSchema = z.object({
  pid: z.int().positive(),
  /** Port of the host's HTTP server. */
  port: z.int().positive().max(65_535),
  databasePath: z.string().min(1),
  approvals: z.enum(["confirmed", "event"]),
  /** The version that compatibility is judged by. */
  roninVersion: z.string().min(1).max(64),
  /** Milliseconds since 1970. */
  startedAt: z.int().nonnegative(),
});

export type HostNote = z.infer<typeof hostNoteSchema>;

const DEFAULT_PORT = 3000;

/** Leaves word of this host. A host without such a note works; the command then needs its options. */
export function noteHost(
  host: Pick<HostNote, "databasePath" | "port" | "approvals" | "roninVersion">,
  now: number,
  log: Log,
): void {
  try {
    const staged = [hostNotePath(), approvalKeyPath(), pageTokenPath(), receiptHeadPath(host.databasePath)];
    for (const path of staged) removeLeftovers(path, now);
    writeHostNote(hostNotePath(), { ...host, pid: process.pid, startedAt: now });
  } catch (error) {
    log.warn(`the realms command will need --db and --port: ${messageOf(error)}`);
  }
}

/** Where this host serves HTTP: as it says, else as Ronin reads it itself. */
export function hostPort(http: HostHttp | undefined): number {
  return http?.port ?? (Number(process.env.WEBHOOK_PORT) || DEFAULT_PORT);
}

/** Replaces the note as a whole, so a reader never meets half of one. */
export function writeHostNote(path: string, note: HostNote): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const staged = `${path}.${note.pid}`;
  try {
    writeFileSync(staged, `${JSON.stringify(note, null, 2)}\n`, { mode: 0o600 });
    renameSync(staged, path);
  } finally {
    rmSync(staged, { force: true });
  }
}

/** Undefined when there is none or it cannot be read: the command then needs `--db` and `--port`. */
export function readHostNote(path: string): HostNote | undefined {
  try {
    return hostNoteSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    // The note is a convenience; without it the command says which options it needs.
    return undefined;
  }
}
