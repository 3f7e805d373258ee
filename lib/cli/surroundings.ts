import type { Readable, Writable } from "node:stream";
import type { Clock } from "../clock.ts";

/** All that the command takes from the process it runs in. */
export interface Surroundings {
  env: Record<string, string | undefined>;
  /** Where a relative `--db` and the default `ronin.db` are looked for. */
  cwd: string;
  clock: Clock;
  stdin: Readable;
  stdout: Writable;
  stderr: Writable;
  /** Whether a person can be asked: input and output are a terminal. */
  isTTY: boolean;
  /** Whether output goes to a terminal that shows colours, to a person who wants them. Default: no. */
  hasColors?: boolean | undefined;
  /** Who decides unless `--as` says otherwise. */
  userName: () => string;
  /** Resolves after `ms`, or as soon as the signal aborts; it never rejects. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  /** The built pack, for `drop-in`. Default: the one that this command is a part of. */
  distDir?: string | undefined;
  /** How much work a guess at a new key's passphrase shall cost. Default: what is right today. */
  scryptN?: number | undefined;
}
