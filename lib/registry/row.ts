import * as z from "zod";
import { RegistryError } from "../errors.ts";
import type { Row } from "./sql.ts";

/**
 * Reads one row through its schema. Rows can be edited behind our back, so this is an edge like any other.
 *
 * @throws RegistryError `invalid_input` naming table and column
 */
export function parseRow<Output>(table: string, schema: z.ZodType<Output>, row: Row): Output {
  const parsed = schema.safeParse(row);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new RegistryError(
    "invalid_input",
    `${table}.${z.core.toDotPath(issue?.path ?? [])}: the stored value cannot be used: ${issue?.message ?? "unreadable"}`,
    { cause: parsed.error },
  );
}

/** A column that holds JSON text. */
export function jsonColumn<Output>(schema: z.ZodType<Output>) {
  return z
    .string()
    .transform((text, context) => {
      const value = parseJson(text);
      if (value === undefined) context.addIssue({ code: "custom", message: "not JSON" });
      return value;
    })
    .pipe(schema);
}

/** A column that holds 0 or 1; NULL, which the guide's schema allows, is false. */
export const flagColumn = z.union([z.literal(0), z.literal(1), z.null()]).transform((value) => value === 1);

/** The value that `text` encodes, undefined when it is not JSON text. */
export function parseJson(text: unknown): unknown {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is the answer, and the caller says what that means for its row.
    return undefined;
  }
}

/** The same fields without those that are null: an absent field is NULL in a row and missing in an object. */
export function withoutNulls<Fields extends object>(fields: Fields): WithoutNulls<Fields> {
  const present = Object.entries(fields).filter(([, value]) => value !== null);
  // Object.fromEntries forgets the field names, which are the same.
  return Object.fromEntries(present) as WithoutNulls<Fields>;
}

type WithoutNulls<Fields> = Flat<
  { [Key in keyof Fields as null extends Fields[Key] ? never : Key]: Fields[Key] } & {
    [Key in keyof Fields as null extends Fields[Key] ? Key : never]?: Exclude<Fields[Key], null>;
  }
>;
type Flat<Type> = { [Key in keyof Type]: Type[Key] };
