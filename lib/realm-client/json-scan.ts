import { RealmError } from "../errors.ts";

export interface ScanLimits {
  maxJsonDepth: number;
  maxRowBytes: number;
}

/**
 * Refuses a document that nests too deep, or a list of it that holds too large an entry, by its bytes alone:
 * before anything is decoded or an object is built. What is not JSON at all passes, since parsing says so.
 *
 * The entries of a top-level list are the containers that open at the third level.
 *
 * @throws RealmError `too_large`, naming an entry by its path: `katas[3]`
 */
export function scanJson(bytes: Uint8Array, limits: ScanLimits, where: string): void {
  let depth = 0;
  let inString = false;
  let stringStart = 0;
  let keyStart = 0;
  let keyEnd = 0;
  let entry = -1;
  let entryStart = 0;

  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (inString) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) {
        inString = false;
        // A string right below the root, followed by a list, is that list's name.
        if (depth === 1) [keyStart, keyEnd] = [stringStart, at];
      }
    } else if (byte === QUOTE) {
      inString = true;
      stringStart = at + 1;
    } else if (byte === BRACE_OPEN || byte === BRACKET_OPEN) {
      depth += 1;
      if (depth > limits.maxJsonDepth) {
        throw new RealmError("too_large", `${where} nests deeper than ${limits.maxJsonDepth} levels.`);
      }
      if (depth === LIST_DEPTH) entry = -1;
      if (depth === ENTRY_DEPTH) {
        entry += 1;
        entryStart = at;
      }
    } else if (byte === BRACE_CLOSE || byte === BRACKET_CLOSE) {
      if (depth === ENTRY_DEPTH && at + 1 - entryStart > limits.maxRowBytes) {
        throw new RealmError(
          "too_large",
          `${where}: ${toKey(bytes.subarray(keyStart, keyEnd))}[${entry}] has ${at + 1 - entryStart} bytes; at most ${limits.maxRowBytes} are accepted.`,
        );
      }
      depth -= 1;
    }
  }
}

const LIST_DEPTH = 2;
const ENTRY_DEPTH = 3;
const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [BRACKET_OPEN, BRACKET_CLOSE, BRACE_OPEN, BRACE_CLOSE] = [0x5b, 0x5d, 0x7b, 0x7d];

/** A key for a message: the realm's text, so only what is plainly a name is repeated. */
function toKey(bytes: Uint8Array): string {
  const text = bytes.length <= 40 ? new TextDecoder().decode(bytes) : "";
  return /^\w+$/.test(text) ? text : "list";
}
