import { InstallError } from "../errors.ts";
import { MAX_SOURCE_BYTES } from "../model/kata.ts";
import { sha256Hex } from "./digest.ts";

declare const verified: unique symbol;

/** Source text whose bytes were hashed and matched. Only {@link verifySource} makes one. */
export interface VerifiedSource {
  readonly [verified]: true;
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly hash: string;
}

/**
 * The guide's "verify checksum": the received bytes, not a re-encoding of them, hash to what the index says.
 *
 * @param label names the kata in the message: `acme:finance.audit@v2`
 * @throws InstallError `source_too_large`, `source_hash_mismatch`; `source_not_text` for bytes that are not
 *   UTF-8, which the host would store as something else than what was approved
 */
export function verifySource(bytes: Uint8Array, expectedHash: string, label = "a kata"): VerifiedSource {
  if (bytes.byteLength > MAX_SOURCE_BYTES) {
    throw new InstallError(
      "source_too_large",
      `The source of ${label} has ${bytes.byteLength} bytes; at most ${MAX_SOURCE_BYTES} are allowed.`,
    );
  }
  const hash = sha256Hex(bytes);
  if (hash !== expectedHash) {
    throw new InstallError(
      "source_hash_mismatch",
      `The source of ${label} has SHA-256 ${hash}, where ${expectedHash} was expected. It was changed or cut on the way.`,
    );
  }
  return { bytes, hash, text: toText(bytes, label) } as VerifiedSource;
}

function toText(bytes: Uint8Array, label: string): string {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  // A lossy decode is what must not pass: the text has to encode back to the very same bytes.
  if (!Buffer.from(text, "utf8").equals(bytes)) {
    throw new InstallError("source_not_text", `The source of ${label} is not UTF-8 text.`);
  }
  return text;
}
