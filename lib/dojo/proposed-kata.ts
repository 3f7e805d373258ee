import { messageOf } from "../errors.ts";
import type { CompiledKata, KataHost } from "../host.ts";
import { kataMetadataSchema, MAX_SOURCE_BYTES, type RealmKataMetadata } from "../model/kata.ts";
import { toPlainText } from "../model/text.ts";
import { describeCompiled } from "../trust/describe.ts";

/** A kata that does not exist yet and that the host's own compiler accepted. */
export interface ProposedKata {
  source: string;
  compiled: CompiledKata;
  metadata: RealmKataMetadata;
}

export type ProposedKataResult = { kind: "kata"; kata: ProposedKata } | { kind: "refused"; reason: string };

/** More phases than a person would read before approving them. */
const MAX_PHASES = 100;
const MAX_REASON_CHARS = 300;

/**
 * Reads source that anybody may have written: parsed and compiled with the host's classes, its name, version
 * and skills within the limits of a realm, and nothing in it that the person who approves would not be shown.
 */
export function readProposedKata(
  host: Pick<KataHost, "KataParser" | "KataCompiler">,
  source: string,
): ProposedKataResult {
  if (Buffer.byteLength(source, "utf8") > MAX_SOURCE_BYTES) {
    return refuse(`it is larger than ${MAX_SOURCE_BYTES} bytes`);
  }
  // Half a surrogate pair has no bytes of its own, so the bytes that are approved would be another text.
  if (!source.isWellFormed()) return refuse("it is not well-formed Unicode text");
  let compiled: CompiledKata;
  try {
    compiled = new host.KataCompiler().compile(new host.KataParser().parse(source));
  } catch (error) {
    return refuse(messageOf(error));
  }
  const metadata = kataMetadataSchema.safeParse(describeCompiled(compiled, source));
  if (!metadata.success) return refuse(metadata.error.issues[0]?.message ?? "its metadata is unreadable");
  const phases = Object.values(compiled.phases);
  if (phases.length > MAX_PHASES) return refuse(`it has more than ${MAX_PHASES} phases`);
  if (hidesPhase(compiled)) return refuse("it refers to a phase that cannot be shown");
  return { kind: "kata", kata: { source, compiled, metadata: metadata.data } };
}

function refuse(reason: string): ProposedKataResult {
  return { kind: "refused", reason: toPlainText(reason, MAX_REASON_CHARS) };
}

/** A phase named `__proto__` runs as the host looks it up, and is in no list of the graph's phases. */
function hidesPhase({ initial, phases }: CompiledKata): boolean {
  const referenced = [initial, ...Object.values(phases).flatMap(({ next }) => next ?? [])];
  return referenced.some((name) => !Object.hasOwn(phases, name));
}
