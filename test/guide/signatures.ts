/** One heading of the guide's API reference: `discover(query: string, realmIds?: string[]): KataDiscoveryResult[]`. */
export interface Signature {
  heading: string;
  name: string;
  parameters: string[];
  /** Undefined where the guide names no result. */
  result: string | undefined;
}

/** Headings of the section that look like methods, in its order. */
export function readSignatures(text: string): Signature[] {
  const [, section = ""] = text.split("\n## API Reference\n");
  const [reference = ""] = section.split("\n## ");
  const headings = reference.matchAll(/^#### (\w+)\((.*)\)(?:: (.+))?$/gm);
  return [...headings].map(([line, name = "", list = "", result]) => ({
    heading: line.replace("#### ", ""),
    name,
    parameters: list === "" ? [] : list.split(", "),
    result,
  }));
}

/**
 * A module that compiles when the registry's method is the one of the heading: it takes those arguments and
 * needs no more, and its result and the guide's are each other's.
 */
export function toModule({ name, parameters, result }: Signature): string {
  // Where the guide leaves a type out it means an id, a name or a sentence.
  const typed = parameters.map((one) => (one.includes(":") ? one : `${one}: string`)).join(", ");
  const lines = [
    'import type * as ours from "../../lib/index.ts";',
    "type CompatibilityReport = ours.CompatibilityReport;",
    "type KataDiscoveryResult = ours.KataDiscoveryResult;",
    "type KataInstallRequest = ours.KataInstallRequest;",
    "type Realm = ours.Realm;",
    "type RealmKataMetadata = ours.RealmKataMetadata;",
    `type Guide = { ${name}(${typed}): ${result ?? "unknown"} };`,
    "export const toGuide = (registry: ours.RealmsRegistry): Guide => registry;",
  ];
  if (result !== undefined) {
    lines.push(
      `export const back = (value: ${result}): ReturnType<ours.RealmsRegistry["${name}"]> => value;`,
    );
  }
  return lines.join("\n");
}
