import { parseArgs } from "node:util";
import { wireLimits } from "../lib/model/wire.ts";
import { type PartName, partNames } from "./figures.ts";

export interface BenchOptions {
  /** Versions in the realm. Default 100,000. */
  size: number;
  /** Parts to run, in the order of {@link partNames}. Default: all. */
  only: readonly PartName[];
  /** Where the figures go as JSON. Default: nowhere. */
  json: string | undefined;
  /** Whether the run becomes the recorded one of its size. Default false. */
  record: boolean;
}

const DEFAULT_SIZE = 100_000;
/** Fewer versions than this do not hold all the words that are asked for. */
const MIN_SIZE = 400;

/** An option that cannot be followed, said with the one that can. */
export class OptionError extends Error {
  override name = "OptionError";
}

/** @throws OptionError */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { size, only, json, record = false } = readArgs(args);
  const options = { size: toSize(size), only: toParts(only), json, record };
  if (record && options.only.length < partNames.length) {
    throw new OptionError("--record keeps a whole run; leave out --only.");
  }
  return options;
}

function readArgs(args: readonly string[]) {
  try {
    const text = { type: "string" } as const;
    return parseArgs({
      args: [...args],
      options: { size: text, only: text, json: text, record: { type: "boolean" } },
    }).values;
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new OptionError(
      `${said}. There are --size <versions>, --only <parts>, --json <file> and --record.`,
      {
        cause,
      },
    );
  }
}

function toSize(given: string | undefined): number {
  if (given === undefined) return DEFAULT_SIZE;
  const size = Number(given.replaceAll(/[_,]/g, ""));
  if (Number.isInteger(size) && size >= MIN_SIZE && size <= wireLimits.maxRows) return size;
  throw new OptionError(
    `--size takes a whole number from ${MIN_SIZE} to ${wireLimits.maxRows}, such as ${DEFAULT_SIZE}; not ${given}.`,
  );
}

function toParts(given: string | undefined): readonly PartName[] {
  if (given === undefined) return partNames;
  const wanted = given.split(",").map((name) => name.trim());
  const unknown = wanted.filter((name) => !partNames.some((part) => part === name));
  if (unknown.length === 0) return partNames.filter((part) => wanted.includes(part));
  throw new OptionError(
    `--only takes some of ${partNames.join(",")}; not ${unknown.join(",") || "nothing"}.`,
  );
}
