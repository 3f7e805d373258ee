import { RegistryError } from "../errors.ts";
import type { RealmsRegistry, UpdateChoice } from "../registry/registry.ts";
import { findInstalled } from "./installed.ts";

/** What a person says about the updates of one kata; what is missing stays as it is. */
export interface UpdateWish {
  /** A version that shall not be proposed. */
  skip?: string | undefined;
  /** One that shall be, after all. */
  unskip?: string | undefined;
  isPinned?: boolean | undefined;
  minAgeDays?: number | undefined;
}

type ChooseDeps = Pick<
  RealmsRegistry,
  "getNewestReceipts" | "getHostKatas" | "getUpdateChoice" | "chooseUpdates"
>;

/**
 * Remembers a wish. What is proposed already stays proposed.
 *
 * @throws RegistryError `unknown_kata` when none of that name was installed, `invalid_input`
 */
export function chooseUpdates(
  registry: ChooseDeps,
  name: string,
  { skip, unskip, isPinned, minAgeDays }: UpdateWish,
  by: string,
): UpdateChoice {
  if (!findInstalled(registry).some(({ receipt }) => receipt.kataName === name)) {
    throw new RegistryError("unknown_kata", `No kata ${name} was installed from a realm.`);
  }
  const skipped = new Set(registry.getUpdateChoice(name).skipped);
  if (skip !== undefined) skipped.add(skip);
  if (unskip !== undefined) skipped.delete(unskip);
  const change = {
    skipped: [...skipped],
    ...(isPinned === undefined ? {} : { isPinned }),
    ...(minAgeDays === undefined ? {} : { minAgeDays }),
  };
  return registry.chooseUpdates(name, change, by);
}
