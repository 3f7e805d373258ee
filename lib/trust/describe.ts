import type { CompiledKata } from "../host.ts";
import type { Complexity, RealmKataMetadata } from "../model/kata.ts";
import { usedKatas } from "./compiled.ts";
import { sha256Hex } from "./digest.ts";

/**
 * The metadata of a kata of which only source and graph are known: one that the host has, or one that is being
 * created. Everything is read out of the compiled graph, so nothing in it is a claim.
 */
export function describeCompiled(compiled: CompiledKata, source: string): RealmKataMetadata {
  return {
    name: compiled.name,
    version: compiled.version,
    requiredSkills: [...new Set(compiled.requiredSkills)],
    requiredKatas: usedKatas(compiled),
    tags: [],
    complexity: complexityOf(Object.keys(compiled.phases).length),
    sourceHash: sha256Hex(source),
    compiledHash: sha256Hex(JSON.stringify(compiled)),
    sourceBytes: Buffer.byteLength(source, "utf8"),
  };
}

function complexityOf(phaseCount: number): Complexity {
  if (phaseCount <= 2) return "simple";
  return phaseCount <= 6 ? "moderate" : "complex";
}
