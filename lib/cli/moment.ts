import * as z from "zod";
import { CommandError } from "./command-error.ts";

const isoMoment = z.iso.datetime({ offset: true });

/**
 * Milliseconds since 1970 of a moment such as `2026-11-22T06:00:00Z`; undefined when none was given.
 *
 * @throws CommandError `usage`
 */
export function parseMoment(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (isoMoment.safeParse(text).success) return Date.parse(text);
  throw new CommandError("usage", `${option} needs a time such as 2026-11-22T06:00:00Z.`);
}
