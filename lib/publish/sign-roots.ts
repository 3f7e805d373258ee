import { rm } from "node:fs/promises";
import { join } from "node:path";
import { SigningError } from "../trust/signing-error.ts";
import type { RootChain } from "./root-chain.ts";
import type { SignedFolder } from "./signed-folder.ts";

/**
 * The roots that a realm is signed under: the longer of two chains of which one continues the other.
 *
 * @param own those that lie with the keys
 * @throws SigningError `root_differs`, `keys_missing`
 */
export function chooseChain(
  own: RootChain | undefined,
  { chain: published }: SignedFolder,
  startsOver: boolean,
): RootChain {
  if (own === undefined) return published ?? noRoots();
  if (published === undefined || startsOver) return own;
  const [longer, shorter] = own.length >= published.length ? [own, published] : [published, own];
  if (shorter.every(({ bytes }, index) => longer[index]?.bytes.equals(bytes))) return longer;
  throw new SigningError(
    "root_differs",
    "The roots in the keys folder are not those that are published. Bring the realm's own keys, or see --start-over.",
  );
}

function noRoots(): never {
  throw new SigningError(
    "keys_missing",
    "There are no roots, neither with the keys nor in the realm's folder: realms keys create",
  );
}

/** @throws SigningError `root_expired` */
export function assertRootLives(rootExpiresAt: number, now: number): void {
  if (now < rootExpiresAt) return;
  throw new SigningError(
    "root_expired",
    `The newest root expired ${new Date(rootExpiresAt).toISOString()}. Make the next one where the root key is: realms keys rotate root`,
  );
}

/** Roots of an abandoned chain would be found by the search for a next one, and refused by everybody. */
export async function removeOtherRoots(
  out: string,
  { chain: published }: SignedFolder,
  chain: RootChain,
): Promise<void> {
  for (const { version } of published ?? []) {
    if (version > chain.length) await rm(join(out, "metadata", `${version}.root.json`), { force: true });
  }
}
