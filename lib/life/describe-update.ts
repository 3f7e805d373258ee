import type { RealmKataMetadata } from "../model/kata.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import { verifySource } from "../trust/source.ts";
import type { KataUpdate } from "./find-updates.ts";
import { type DiffLine, diffLines } from "./line-diff.ts";

/** What would be different after an update, by what its realm says. */
export interface UpdateChange {
  installedVersion: string;
  kataVersion: string;
  /** One line by the publisher. */
  changes?: string;
  /** Skills that the installed version does not require. */
  newSkills: string[];
  goneSkills: string[];
  /** `name@version` of katas that the installed version does not require. */
  newKatas: string[];
}

export interface UpdateDetails extends UpdateChange {
  /** The source, line by line; missing while the new one's bytes are not here. */
  diff?: DiffLine[];
}

type DescribedUpdate = Pick<KataUpdate, "installed" | "kata">;

/** @throws RegistryError */
export function describeChange(
  registry: Pick<RealmsRegistry, "findKata">,
  { installed: { receipt }, kata }: DescribedUpdate,
): UpdateChange {
  const before = registry.findKata(receipt.fromRealm, receipt.kataName, receipt.kataVersion);
  return {
    installedVersion: receipt.kataVersion,
    kataVersion: kata.version,
    ...(kata.changes === undefined ? {} : { changes: kata.changes }),
    newSkills: without(kata.requiredSkills, before?.requiredSkills),
    goneSkills: without(before?.requiredSkills, kata.requiredSkills),
    newKatas: without(kata.requiredKatas, before?.requiredKatas),
  };
}

/**
 * {@link describeChange} with the source of both, as far as it is kept here.
 *
 * @throws RegistryError; InstallError `source_hash_mismatch` when the kept source was damaged
 */
export function describeUpdate(
  registry: Pick<RealmsRegistry, "findKata" | "findSource">,
  update: DescribedUpdate,
): UpdateDetails {
  const { sourceHash } = update.kata;
  const bytes = registry.findSource(sourceHash);
  return {
    ...describeChange(registry, update),
    ...(bytes === undefined
      ? {}
      : { diff: diffLines(update.installed.source, verifySource(bytes, sourceHash).text) }),
  };
}

type Names = RealmKataMetadata["requiredKatas"];

function without(names: Names = [], known: Names = []): string[] {
  return [...new Set(names)].filter((name) => !known.includes(name));
}
