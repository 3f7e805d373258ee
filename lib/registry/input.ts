import * as z from "zod";
import { RegistryError } from "../errors.ts";

/**
 * Reads what a caller handed in.
 *
 * @param at path of the value, put before the path inside it: `[3]` gives `[3].sourceHash`
 * @throws RegistryError `invalid_input` naming the path
 */
export function parseInput<Output>(schema: z.ZodType<Output>, value: unknown, at: Path = []): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = z.core.toDotPath([...at, ...(issue?.path ?? [])]);
  const message = issue?.message ?? "unreadable";
  throw new RegistryError("invalid_input", path === "" ? message : `${path}: ${message}`, {
    cause: parsed.error,
  });
}

type Path = readonly (string | number)[];

/** How many rows a caller wants at most. */
export const limitSchema = z.int().nonnegative();

/** Who decided, as the guide's `approvedBy`. */
export const personSchema = z.string().min(1).max(200);
