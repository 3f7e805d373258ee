import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { type HostNote, readHostNote } from "../runtime/host-note.ts";
import { hostNotePath } from "../runtime/paths.ts";
import { CommandError } from "./command-error.ts";
import type { Surroundings } from "./surroundings.ts";

const DEFAULT_DATABASE = "ronin.db";
const DEFAULT_PORT = 3000;

/** Which host the command speaks of. */
export interface HostLocation {
  databasePath: string;
  /** Of the host's HTTP server on 127.0.0.1. */
  port: number;
  /** What the host wrote down when it started, if that was this one. It may have ended since. */
  note: HostNote | undefined;
}

export interface HostOptions {
  db?: string | undefined;
  port?: number | undefined;
}

/**
 * The host that the options name; what they leave open comes from `WEBHOOK_PORT`, then from the note that the
 * last started host left, then from Ronin's defaults: `ronin.db` in this folder, port 3000.
 *
 * @throws CommandError `usage` when `WEBHOOK_PORT` is no port
 */
export function locateHost(options: HostOptions, around: Pick<Surroundings, "env" | "cwd">): HostLocation {
  const given = options.db === undefined ? undefined : resolve(around.cwd, options.db);
  const left = readHostNote(hostNotePath(around.env));
  // The note of a host with another database says nothing about this one's port.
  const note =
    left !== undefined && (given === undefined || isSameFile(given, left.databasePath)) ? left : undefined;
  return {
    databasePath: given ?? note?.databasePath ?? resolve(around.cwd, DEFAULT_DATABASE),
    port: options.port ?? portOf(around.env) ?? note?.port ?? DEFAULT_PORT,
    note,
  };
}

/** A port from text. Undefined when it is none. */
export function parsePort(text: string): number | undefined {
  const port = Number(text);
  return /^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535 ? port : undefined;
}

function portOf(env: Surroundings["env"]): number | undefined {
  const text = env.WEBHOOK_PORT;
  if (text === undefined || text === "") return undefined;
  const port = parsePort(text);
  if (port === undefined) throw new CommandError("usage", "WEBHOOK_PORT is not a port; expected 1 to 65535.");
  return port;
}

function isSameFile(one: string, other: string): boolean {
  return realPathOf(one) === realPathOf(other);
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // A file that is not there has no other name; opening it reports that it is missing.
    return path;
  }
}
