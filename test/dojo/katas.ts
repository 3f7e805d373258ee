import { supportsRonin } from "../../lib/model/compatibility.ts";
import type { RealmKataMetadata } from "../../lib/model/kata.ts";
import type { KataDiscoveryResult } from "../../lib/registry/registry.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";

export const RONIN = "1.1.1";

/** A row of a realm's index. Its hashes differ with name and version, as those of real katas do. */
export function row(name: string, version = "v1", more: Partial<RealmKataMetadata> = {}): RealmKataMetadata {
  return {
    name,
    version,
    requiredSkills: [],
    tags: [],
    complexity: "simple",
    sourceHash: sha256Hex(sourceOf(name, version)),
    compiledHash: sha256Hex(`compiled ${name} ${version}`),
    ...more,
  };
}

/** The source that `row` hashes, in the kata language. */
export function sourceOf(name: string, version: string): string {
  return `kata ${name} ${version}\ninitial a\nphase a\n  wait event ${name}.go\n  complete\n`;
}

/** What the registry finds for one kata of a realm. */
export function result(
  fromRealm: string,
  name: string,
  ...versions: Array<Partial<RealmKataMetadata>>
): KataDiscoveryResult {
  const all = versions.map((more, index) => row(name, `v${versions.length - index}`, more));
  return {
    name,
    fromRealm,
    versions: all,
    compatibleVersions: all.filter((kata) => supportsRonin(kata, RONIN)),
  };
}
