import { below, createRandom, pick, type Random } from "./random.ts";

/** What a text may be that somebody did not think of. */
export const oddTexts: readonly string[] = [
  "",
  " ",
  "\0",
  "a\0b",
  "null",
  "__proto__",
  "constructor",
  "../../etc/passwd",
  "C:\\x",
  "%2e%2e/",
  "'; DROP TABLE realms; --",
  '"',
  "*",
  "a AND NOT b NEAR(c)",
  "-1",
  "1e999",
  "\u202eevil",
  "\u200b",
  "\ufeffx",
  "\u{E0041}",
  "\ud800",
  "é\u0301".repeat(50),
  "ﷺ".repeat(100),
  "x".repeat(5000),
  "v1",
  "v999999",
  "v0",
  "a".repeat(65),
  "0".repeat(64),
  "https://user:secret@realm.example/?q#f",
  "file:///etc/passwd",
  "https://[::1",
];

export const oddNumbers: readonly number[] = [
  0,
  -0,
  -1,
  0.5,
  1e21,
  1e308,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER + 1,
  Number.MIN_SAFE_INTEGER,
  2 ** 31,
  2 ** 32,
  2 ** 63,
];

/**
 * A copy of `value` with one thing wrong: a key dropped, doubled in a list, renamed or added, a value of another type,
 * a number or text nobody thought of, a nesting too deep.
 */
export function mutateValue(value: unknown, random: Random): unknown {
  const copy: unknown = structuredClone(value);
  const places = listPlaces(copy);
  const place = places.length === 0 ? undefined : pick(random, places);
  if (place === undefined) return oddValue(random);
  const { parent, key } = place;
  const own: unknown = Reflect.get(parent, key);
  switch (below(random, 8)) {
    case 0:
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else Reflect.deleteProperty(parent, key);
      break;
    case 1:
      if (Array.isArray(parent)) parent.splice(Number(key), 0, structuredClone(own));
      else define(parent, pick(random, oddTexts), structuredClone(own));
      break;
    case 2:
      if (!Array.isArray(parent)) Reflect.deleteProperty(parent, key);
      define(parent, pick(random, [...oddTexts, key.toUpperCase(), `${key} `]), own);
      break;
    case 3:
      define(parent, key, nest(own, 1 + below(random, 20)));
      break;
    case 4:
      define(parent, key, changeSlightly(own, random));
      break;
    case 5:
      define(parent, key, [own, own]);
      break;
    default:
      define(parent, key, oddValue(random));
  }
  return copy;
}

/** Any value at all that JSON can hold. */
export function oddValue(random: Random, depth = 0): unknown {
  switch (below(random, depth > 2 ? 5 : 8)) {
    case 0:
      return null;
    case 1:
      return random() < 0.5;
    case 2:
      return pick(random, oddNumbers);
    case 3:
    case 4:
      return pick(random, oddTexts);
    case 5:
      return Array.from({ length: below(random, 4) }, () => oddValue(random, depth + 1));
    case 6:
      return nest(pick(random, oddTexts), below(random, 40));
    default: {
      const made = {};
      for (let left = below(random, 4); left > 0; left -= 1) {
        define(made, pick(random, oddTexts), oddValue(random, depth + 1));
      }
      return made;
    }
  }
}

/** A copy of the bytes with one thing wrong: a bit or a byte, a piece cut, doubled, moved or put in. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const at = below(random, bytes.length + 1);
  const piece = bytes.subarray(at, at + 1 + below(random, 64));
  switch (below(random, 7)) {
    case 0:
    case 1: {
      const copy = Uint8Array.from(bytes);
      if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << below(random, 8));
      return copy;
    }
    case 2:
      return bytes.slice(0, at);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + piece.length)]);
    case 4:
      return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
    case 5:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(random, oddTexts)), bytes.subarray(at)]);
    default:
      return Buffer.concat([
        bytes.subarray(0, at),
        Uint8Array.from({ length: 1 + below(random, 8) }, () => below(random, 256)),
        bytes.subarray(at),
      ]);
  }
}

/** One case of a fuzz target: a third is valid, a third valid but for one mutation, a third made up. */
export interface Case {
  kind: "valid" | "mutated" | "odd";
  seed: number;
}

export function randomOf({ seed }: Case): Random {
  return createRandom(seed);
}

/** The value of a case that is made of a valid document. */
export function documentOf(one: Case, valid: unknown): unknown {
  const random = randomOf(one);
  if (one.kind === "valid") return valid;
  return one.kind === "mutated" ? mutateValue(valid, random) : oddValue(random);
}

/** As {@link documentOf}, as bytes; half of the mutations are of the bytes. */
export function bytesOf(one: Case, valid: unknown): Uint8Array {
  const isOfBytes = one.kind === "mutated" && one.seed % 2 === 0;
  const text = JSON.stringify(isOfBytes ? valid : documentOf(one, valid)) ?? "";
  return isOfBytes ? mutateBytes(Buffer.from(text), randomOf(one)) : Buffer.from(text);
}

interface Place {
  parent: object;
  key: string;
}

function listPlaces(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).flatMap((key) => [
    { parent: value, key },
    ...listPlaces(Reflect.get(value, key)),
  ]);
}

/** `__proto__` becomes a key like any other, as JSON.parse makes it. */
function define(parent: object, key: string, value: unknown): void {
  if (Array.isArray(parent)) parent.push(value);
  else Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}

function nest(value: unknown, depth: number): unknown {
  let nested = value;
  for (let left = depth; left > 0; left -= 1) nested = left % 2 === 0 ? [nested] : { a: nested };
  return nested;
}

function changeSlightly(value: unknown, random: Random): unknown {
  if (typeof value === "number") return value + pick(random, [1, -1, 0.1, 1e9]);
  if (typeof value === "boolean") return !value;
  if (typeof value !== "string" || value === "") return oddValue(random);
  const at = below(random, value.length);
  const other = String.fromCodePoint(
    pick(random, [0, 9, 46, 47, 48, 65, 97, 0x202e, 0x1f600, below(random, 0xd7ff)]),
  );
  return `${value.slice(0, at)}${other}${value.slice(at + below(random, 2))}`;
}
