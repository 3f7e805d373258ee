import { gunzipSync, gzipSync } from "node:zlib";
import { RealmsError } from "../errors.ts";
import { packLimits } from "../model/pack-limits.ts";
import type { PackRef } from "../model/wire.ts";
import { sha256Hex } from "../trust/digest.ts";

/** A pack's bytes, and how a pointer names it. */
export interface Pack extends PackRef {
  rows: number;
  content: Uint8Array;
}

export type PackLimits = Record<keyof typeof packLimits, number>;

/**
 * Gzipped NDJSON without a time: the same lines give the same bytes. Every line ends with a newline.
 *
 * @param lines each without its newline, in publishing order
 */
export function encodePack(lines: readonly string[]): Pack {
  const raw = Buffer.from(lines.map((line) => `${line}\n`).join(""), "utf8");
  const content = gzipSync(raw, { level: 9 });
  // The header's time and operating system would differ between machines: none, and unknown.
  content.fill(0, 4, 8);
  content[9] = 255;
  const [bytes, rawBytes] = [content.byteLength, raw.byteLength];
  return { sha256: sha256Hex(content), bytes, rawBytes, rows: lines.length, content };
}

/**
 * The lines of a pack, without their newlines, once its bytes are what the pointer says they are.
 *
 * @throws PackMismatch
 */
export function decodePack(content: Uint8Array, ref: PackRef): string[] {
  if (content.byteLength !== ref.bytes) {
    throw new PackMismatch("pack_size", `${content.byteLength} bytes`, `${ref.bytes} bytes`);
  }
  const sha256 = sha256Hex(content);
  if (sha256 !== ref.sha256)
    throw new PackMismatch("pack_hash", `SHA-256 ${sha256}`, `SHA-256 ${ref.sha256}`);
  const raw = inflate(content, ref.rawBytes);
  if (raw.byteLength !== ref.rawBytes) {
    throw new PackMismatch("pack_raw_size", `${raw.byteLength} bytes inflated`, `${ref.rawBytes} bytes`);
  }
  return toLines(raw);
}

export type PackMismatchCode =
  | "pack_size"
  | "pack_hash"
  | "pack_raw_size"
  | "pack_not_gzip"
  | "pack_not_text";

/** A pack is something else than the pointer says. */
export class PackMismatch extends RealmsError<PackMismatchCode> {
  readonly found: string;
  readonly expected: string;

  constructor(code: PackMismatchCode, found: string, expected: string, options?: { cause?: unknown }) {
    super(code, `found ${found}; expected ${expected}`, options);
    this.found = found;
    this.expected = expected;
  }
}

function inflate(content: Uint8Array, rawBytes: number): Uint8Array {
  try {
    return gunzipSync(content, { maxOutputLength: Math.max(1, rawBytes) });
  } catch (cause) {
    const isLarger = cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE";
    throw isLarger
      ? new PackMismatch("pack_raw_size", `more than ${rawBytes} bytes inflated`, `${rawBytes}`, { cause })
      : new PackMismatch("pack_not_gzip", "data that does not inflate", "gzip", { cause });
  }
}

function toLines(raw: Uint8Array): string[] {
  if (raw.byteLength === 0) return [];
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  } catch (cause) {
    throw new PackMismatch("pack_not_text", "bytes that are no text", "UTF-8", { cause });
  }
  if (!text.endsWith("\n")) {
    throw new PackMismatch("pack_not_text", "a last line that is cut off", "a newline at its end");
  }
  return text.slice(0, -1).split("\n");
}

/**
 * Sorted lines as the packs of a base, each within the limits: cut by rows and raw bytes, and halved while one
 * is still too large.
 */
export function toBasePacks(lines: readonly string[], limits: PackLimits = packLimits): Pack[] {
  return cutLines(lines, limits).flatMap((part) => fitPacks(part, limits));
}

function cutLines(lines: readonly string[], limits: PackLimits): string[][] {
  const parts: string[][] = [];
  let rawBytes = 0;
  for (const line of lines) {
    const part = parts.at(-1);
    const lineBytes = Buffer.byteLength(line, "utf8") + 1;
    rawBytes += lineBytes;
    if (part !== undefined && part.length < limits.maxPackRows && rawBytes <= limits.maxPackRawBytes) {
      part.push(line);
    } else {
      parts.push([line]);
      rawBytes = lineBytes;
    }
  }
  return parts;
}

function fitPacks(lines: readonly string[], limits: PackLimits): Pack[] {
  const pack = encodePack(lines);
  if (pack.bytes <= limits.maxPackBytes || lines.length <= 1) return [pack];
  const middle = Math.ceil(lines.length / 2);
  return [...fitPacks(lines.slice(0, middle), limits), ...fitPacks(lines.slice(middle), limits)];
}
