import * as z from "zod";
import type { CompiledKata } from "../host.ts";
import { kataMetadataSchema, type RealmKataMetadata } from "../model/kata.ts";
import { describeCompiled } from "./describe.ts";

/** A kata as the host's own table holds it. */
export interface StoredKata {
  name: string;
  version: string;
  source: string;
  /** JSON text of what the host's compiler returned. */
  compiledGraph: string;
  /** Milliseconds since 1970. */
  createdAt: number;
}

/**
 * The metadata of a kata that the host has registered, or undefined for one that no realm could list: the host
 * takes any name and version, and others can write its table.
 */
export function describeStored(stored: StoredKata): RealmKataMetadata | undefined {
  const compiled = readGraph(stored.compiledGraph);
  if (compiled === undefined || compiled.name !== stored.name || compiled.version !== stored.version) {
    return undefined;
  }
  const described = kataMetadataSchema.safeParse({
    ...describeCompiled(compiled, stored.source),
    releaseDate: stored.createdAt,
    lastModified: stored.createdAt,
  });
  return described.success ? described.data : undefined;
}

const actionSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("run"), skill: z.string() }),
  z.object({ type: z.literal("spawn"), kata: z.string(), version: z.string() }),
  z.object({ type: z.literal("wait"), eventName: z.string() }),
]);

const graphSchema = z.object({
  name: z.string(),
  version: z.string(),
  requires: z.array(z.object({ type: z.string(), name: z.string(), version: z.string().optional() })),
  phases: z.record(z.string(), z.object({ action: actionSchema })),
  requiredSkills: z.array(z.string()),
});

function readGraph(json: string): CompiledKata | undefined {
  try {
    const graph: unknown = JSON.parse(json);
    // What was stored is returned, not zod's copy: the compiled hash covers every key in its own order.
    return graphSchema.safeParse(graph).success ? (graph as CompiledKata) : undefined;
  } catch {
    // Not JSON: it cannot be described, which is the answer.
    return undefined;
  }
}
