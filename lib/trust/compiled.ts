import { InstallError } from "../errors.ts";
import type { CompiledKata } from "../host.ts";
import { qualifiedName, type RealmKataMetadata } from "../model/kata.ts";
import { sha256Hex } from "./digest.ts";

/** What the compiled graph was found to be. */
export interface CompiledVerdict {
  compiledHash: string;
  /** False when the hash differs and a person accepted that another compiler version made it. */
  checksumVerified: boolean;
}

export interface CompiledPolicy {
  /** Version of the host whose compiler ran. */
  roninVersion: string;
  /** A person accepted, for this one install, a hash that another Ronin version's compiler made. */
  acceptOtherCompiler?: boolean;
}

/**
 * Holds the compiled graph, which is evidence, against the index row, which is a claim: hash, name, version,
 * skills and katas.
 *
 * @throws InstallError `compiled_hash_mismatch`, `compiled_by_other_version`, `name_mismatch`,
 *   `version_mismatch`, `skills_mismatch`, `katas_mismatch`
 */
export function verifyCompiled(
  compiled: CompiledKata,
  row: RealmKataMetadata,
  realm: string,
  policy: CompiledPolicy,
): CompiledVerdict {
  const label = qualifiedName(realm, row.name, row.version);
  if (compiled.name !== row.name) {
    throw new InstallError("name_mismatch", `${label}: the source names the kata ${compiled.name}.`);
  }
  if (compiled.version !== row.version) {
    throw new InstallError("version_mismatch", `${label}: the source says version ${compiled.version}.`);
  }
  const verdict = verifyHash(compiled, row, label, policy);
  compareClaims("skills_mismatch", label, "skills", row.requiredSkills, compiled.requiredSkills);
  compareClaims("katas_mismatch", label, "katas", row.requiredKatas ?? [], usedKatas(compiled));
  return verdict;
}

/** Every kata that the graph requires or spawns, as `name@version`; `name@` where it names no version. */
export function usedKatas(compiled: CompiledKata): string[] {
  const required = compiled.requires
    .filter((item) => item.type === "kata")
    .map((item) => `${item.name}@${item.version ?? ""}`);
  const spawned = Object.values(compiled.phases).flatMap(({ action }) =>
    action.type === "spawn" ? [`${action.kata}@${action.version}`] : [],
  );
  return [...new Set([...required, ...spawned])].sort();
}

function verifyHash(
  compiled: CompiledKata,
  row: RealmKataMetadata,
  label: string,
  policy: CompiledPolicy,
): CompiledVerdict {
  const compiledHash = sha256Hex(JSON.stringify(compiled));
  if (compiledHash === row.compiledHash) return { compiledHash, checksumVerified: true };

  const otherCompiler = row.compiledWith !== undefined && row.compiledWith !== policy.roninVersion;
  if (!otherCompiler) {
    throw new InstallError(
      "compiled_hash_mismatch",
      `${label}: the compiled graph has SHA-256 ${compiledHash}; the realm's index says ${row.compiledHash}.`,
    );
  }
  if (policy.acceptOtherCompiler !== true) {
    throw new InstallError(
      "compiled_by_other_version",
      `${label}: the realm compiled it with Ronin ${row.compiledWith}, this is ${policy.roninVersion}, and the graphs differ. Ask the realm to publish it for ${policy.roninVersion}, or accept the difference for this one install.`,
    );
  }
  return { compiledHash, checksumVerified: false };
}

function compareClaims(
  code: "skills_mismatch" | "katas_mismatch",
  label: string,
  what: string,
  claimed: readonly string[],
  found: readonly string[],
): void {
  const undeclared = [...new Set(found)].filter((item) => !claimed.includes(item));
  const unused = claimed.filter((item) => !found.includes(item));
  if (undeclared.length === 0 && unused.length === 0) return;
  const parts = [
    undeclared.length > 0 ? `the source needs ${undeclared.join(", ")}, which the index leaves out` : "",
    unused.length > 0 ? `the index lists ${unused.join(", ")}, which the source does not need` : "",
  ].filter((part) => part !== "");
  throw new InstallError(code, `${label}: the required ${what} differ: ${parts.join("; ")}.`);
}
