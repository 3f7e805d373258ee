import { qualifiedName, type RealmKataMetadata } from "../model/kata.ts";
import { lengthPrefixed, sha256Hex } from "./digest.ts";

/**
 * One digest for everything an approval would install: each step's realm, name, version and hashes, in order.
 * A dependency that is added, dropped or replaced after the approval changes it.
 */
export function planHashOf(steps: ReadonlyArray<{ realm: string; kata: RealmKataMetadata }>): string {
  return sha256Hex(
    lengthPrefixed(
      steps.flatMap(({ realm, kata }) => [
        qualifiedName(realm, kata.name, kata.version),
        kata.sourceHash,
        kata.compiledHash,
      ]),
    ),
  );
}
