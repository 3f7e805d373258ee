import * as z from "zod";
import type { EventName } from "../events.ts";
import { eventTable } from "../events.ts";
import { fieldMeanings } from "./event-words.ts";

/** One field of a payload, nested ones as `versions[].plan[].kata`. */
export interface Field {
  path: string;
  type: string;
  isRequired: boolean;
  meaning: string;
  /** The values of a field named `code`, which the documentation lists on their own. */
  codes?: string[];
}

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** The fields of an event's payload in the order of its schema: what a sender gives, or what a listener gets. */
export function listFields(event: EventName): Field[] {
  const { schema, direction } = eventTable[event];
  return fieldsOf(z.toJSONSchema(schema, { io: direction === "in" ? "input" : "output" }), "");
}

function fieldsOf(schema: JsonSchema, prefix: string): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    if (typeof property === "boolean") return [];
    const path = `${prefix}${name}`;
    const field: Field = {
      path,
      type: name === "code" ? "one of the codes below" : typeOf(property),
      isRequired: schema.required?.includes(name) ?? false,
      meaning: meaningOf(path, name, property),
    };
    if (name === "code") field.codes = (property.enum ?? []).map(String);
    return [field, ...fieldsOf(property, `${path}.`), ...fieldsOf(itemsOf(property), `${path}[].`)];
  });
}

function meaningOf(path: string, name: string, property: JsonSchema): string {
  const meaning = property.description ?? fieldMeanings[path] ?? fieldMeanings[name] ?? "";
  return property.default === undefined ? meaning : `${meaning}; default \`${String(property.default)}\``;
}

function typeOf(property: JsonSchema): string {
  if (property.enum !== undefined) return property.enum.map((value) => `\`${String(value)}\``).join(", ");
  switch (property.type) {
    case "string":
      return `text${lengthOf(property)}`;
    case "integer":
      return "whole number";
    case "boolean":
      return "true or false";
    case "array":
      return `list of ${pluralOf(itemsOf(property))}`;
    default:
      return String(property.type ?? "anything");
  }
}

function lengthOf({ minLength, maxLength }: JsonSchema): string {
  if (maxLength === undefined) return "";
  const chars = maxLength.toLocaleString("en");
  return minLength === maxLength ? `, ${chars} characters` : `, at most ${chars} characters`;
}

function pluralOf(item: JsonSchema): string {
  return item.type === "string" ? "texts" : `${item.type ?? "value"}s`;
}

/** The schema of an array's items; an empty one for everything else. */
function itemsOf({ items }: JsonSchema): JsonSchema {
  return typeof items === "object" && !Array.isArray(items) ? items : {};
}
