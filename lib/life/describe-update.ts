import type { KataInstallRequest } from "../model/install.ts";
import { type RealmKataMetadata, versionNumber } from "../model/kata.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import { verifySource } from "../trust/source.ts";
import { findInstalled } from "./installed.ts";
import { type DiffLine, diffLines } from "./line-diff.ts";

/** What would be different after an update. */
export interface UpdateDetails {
  installedVersion: string;
  kataVersion: string;
  /** One line by the publisher. */
  changes?: string;
  /** Skills that the installed version does not require. */
  newSkills: string[];
  goneSkills: string[];
  /** `name@version` of katas that the installed version does not require. */
  newKatas: string[];
  /** The source, line by line; missing while the new one's bytes are not here. */
  diff?: DiffLine[];
}

type DetailsDeps = Pick<RealmsRegistry, "getNewestReceipts" | "getHostKatas" | "findKata" | "findSource">;

/**
 * What a request would change about the kata that is installed; undefined where none of its name and realm is, or
 * none that is older.
 *
 * @throws RegistryError; InstallError `source_hash_mismatch` when the kept source was damaged
 */
export function describeUpdate(
  registry: DetailsDeps,
  request: Pick<KataInstallRequest, "kataName" | "kataVersion" | "fromRealm">,
): UpdateDetails | undefined {
  const { kataName, kataVersion, fromRealm } = request;
  const installed = findInstalled(registry).find(
    ({ receipt }) =>
      receipt.kataName === kataName &&
      receipt.fromRealm === fromRealm &&
      versionNumber(receipt.kataVersion) < versionNumber(kataVersion),
  );
  const kata = registry.findKata(fromRealm, kataName, kataVersion);
  if (installed === undefined || kata === undefined) return undefined;
  const before = registry.findKata(fromRealm, kataName, installed.receipt.kataVersion);
  const bytes = registry.findSource(kata.sourceHash);
  return {
    installedVersion: installed.receipt.kataVersion,
    kataVersion,
    ...(kata.changes === undefined ? {} : { changes: kata.changes }),
    newSkills: without(kata.requiredSkills, before?.requiredSkills),
    goneSkills: without(before?.requiredSkills, kata.requiredSkills),
    newKatas: without(kata.requiredKatas, before?.requiredKatas),
    ...(bytes === undefined
      ? {}
      : { diff: diffLines(installed.source, verifySource(bytes, kata.sourceHash).text) }),
  };
}

type Names = RealmKataMetadata["requiredKatas"];

function without(names: Names = [], known: Names = []): string[] {
  return [...new Set(names)].filter((name) => !known.includes(name));
}
