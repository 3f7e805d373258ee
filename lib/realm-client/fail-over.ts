import { RealmError, type RealmErrorCode } from "../errors.ts";
import type { ParsedAddress } from "./realm-address.ts";

/** The way to the server failed. What a server said is not among them: a mirror must not overrule its realm. */
export const wayFailures: readonly RealmErrorCode[] = ["network", "timeout", "too_slow", "http_status"];

/** For files that are named by their content, so that it does not matter who serves them. */
export const contentFailures: readonly RealmErrorCode[] = [...wayFailures, "pack_missing", "pack_corrupt"];

/**
 * Asks the realm's addresses one after the other until one answers. Only a failure of the first that is among
 * `passing` makes the others be asked; when none of them helps, that first failure is the one that is thrown.
 *
 * @param signal once aborted, nobody else is asked
 */
export async function askInOrder<Answer>(
  addresses: readonly [ParsedAddress, ...ParsedAddress[]],
  passing: readonly RealmErrorCode[],
  signal: AbortSignal | undefined,
  ask: (address: ParsedAddress) => Promise<Answer>,
): Promise<Answer> {
  const [first, ...others] = addresses;
  try {
    return await ask(first);
  } catch (error) {
    if (!(error instanceof RealmError) || !passing.includes(error.code)) throw error;
    for (const address of others) {
      try {
        return await ask(address);
      } catch {
        // A mirror is a help and no more: what the realm's own address said is what a person should hear.
        signal?.throwIfAborted();
      }
    }
    throw error;
  }
}
