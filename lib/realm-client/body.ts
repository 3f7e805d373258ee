import { RealmError } from "../errors.ts";
import type { Cutoff } from "./cutoff.ts";
import { networkError } from "./failures.ts";

export interface BodyRules {
  /** Of the transfer and, where it is compressed, of what it inflates to. */
  maxBytes: number;
  minBytesPerSecond: number;
  slowWindowMs: number;
  /** What messages call the file. */
  where: string;
}

/**
 * Reads a body to its end, at most `maxBytes` of it whatever `content-length` says. The reader is cancelled on
 * every way out, which closes the connection of a body that was not read to its end.
 *
 * @throws RealmError `too_large`, `too_slow`, `network` when the connection is cut
 */
export async function readBody(
  body: ReadableStream<Uint8Array> | null,
  rules: BodyRules,
  cutoff: Cutoff,
): Promise<Uint8Array> {
  const buffer = createGrowingBuffer(rules.maxBytes);
  await drainBody(body, rules, cutoff, buffer.add);
  return buffer.bytes();
}

/**
 * As {@link readBody}, but hands over each piece as it comes and keeps none. What `take` throws ends the
 * transfer.
 */
export async function drainBody(
  body: ReadableStream<Uint8Array> | null,
  rules: BodyRules,
  cutoff: Cutoff,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  if (body === null) return;
  const reader = body.getReader();
  let receivedBytes = 0;
  const stopMeter = meterRate(() => receivedBytes, rules, cutoff);
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error) => {
        throw networkError(error, rules.where);
      });
      if (done) return;
      receivedBytes += value.byteLength;
      if (receivedBytes > rules.maxBytes) throw tooLarge(rules.where, rules.maxBytes);
      take(value);
    }
  } finally {
    stopMeter();
    // Cancelling a stream that failed rejects with the failure, which is on its way to the caller already.
    await reader.cancel().catch(() => {});
  }
}

/**
 * Inflates a body that {@link readBody} has bounded. zlib stops at `maxBytes`, so a small bomb costs no more
 * memory than an honest file of the largest size.
 *
 * @throws RealmError `too_large`; `network` for a cut stream; `unsupported_encoding` for what is not gzip
 */
export async function inflate(bytes: Uint8Array, { maxBytes, where }: BodyRules): Promise<Uint8Array> {
  const { gunzipSync } = await import("node:zlib");
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(where, maxBytes, { cause: error });
    if (code === "Z_BUF_ERROR") {
      throw new RealmError("network", `${where} ends in the middle of its gzip data.`, { cause: error });
    }
    throw new RealmError("unsupported_encoding", `${where} is not the gzip data that its header names.`, {
      cause: error,
    });
  }
}

const FIRST_BUFFER_BYTES = 64 * 1024;

/** One growing buffer rather than a list of chunks: four million chunks of one byte would cost 400 MB. */
function createGrowingBuffer(maxBytes: number) {
  let buffer = new Uint8Array(Math.min(FIRST_BUFFER_BYTES, maxBytes));
  let count = 0;
  return {
    add(chunk: Uint8Array): void {
      const needed = count + chunk.byteLength;
      if (needed > buffer.byteLength) {
        const larger = new Uint8Array(Math.min(Math.max(needed, buffer.byteLength * 2), maxBytes));
        larger.set(buffer.subarray(0, count));
        buffer = larger;
      }
      buffer.set(chunk, count);
      count = needed;
    },
    bytes: () => buffer.slice(0, count),
  };
}

/** Beyond this a look at the meter came late because this process was busy, and says nothing about the server. */
const LATE_FACTOR = 1.5;

/** Ends the transfer after a whole window in which less than the slowest allowed rate arrived. */
function meterRate(receivedBytes: () => number, rules: BodyRules, cutoff: Cutoff): () => void {
  const minBytes = (rules.minBytesPerSecond * rules.slowWindowMs) / 1000;
  let before = { bytes: 0, at: performance.now() };
  const timer = setInterval(() => {
    const now = { bytes: receivedBytes(), at: performance.now() };
    const isLate = now.at - before.at > rules.slowWindowMs * LATE_FACTOR;
    if (now.bytes - before.bytes < minBytes && !isLate) {
      cutoff.end(
        new RealmError(
          "too_slow",
          `${rules.where} sent ${now.bytes - before.bytes} bytes in ${rules.slowWindowMs / 1000} s; at least ${Math.ceil(minBytes)} are expected.`,
        ),
      );
    }
    before = now;
  }, rules.slowWindowMs);
  return () => clearInterval(timer);
}

function tooLarge(where: string, maxBytes: number, options?: { cause: unknown }): RealmError {
  return new RealmError(
    "too_large",
    `${where} has more than ${maxBytes} bytes, the most a client accepts.`,
    options,
  );
}
