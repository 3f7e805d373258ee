import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as z from "zod";
import type { Bundle } from "./bundle.ts";
import { BuildError } from "./error.ts";

interface Licence {
  name: string;
  version: string;
  /** As the package declares it, such as `MIT`. */
  kind: string;
  text: string;
  /** Names of the built files that hold some of it. */
  files: string[];
}

/**
 * The licences of everything that was bundled, in full: name, version, where it is, and the text that its
 * authors ask to be passed on. It lists what the bundles really hold, not what package.json names.
 *
 * @throws BuildError `licence_not_found` for a package without one
 */
export function writeLicences(bundles: readonly Bundle[], version: string): string {
  const licences = [...filesByPackage(bundles)].map(([folder, files]) => readLicence(folder, files));
  licences.sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
  const head = [
    `ronin-realms ${version}`,
    "",
    "The built files hold code of these packages, under the licences that follow:",
    "",
    ...licences.map((one) => `${one.name} ${one.version} (${one.kind}), in ${one.files.join(", ")}`),
  ];
  const texts = licences.map((one) => `${"=".repeat(80)}\n${one.name} ${one.version}\n\n${one.text}`);
  return `${head.join("\n")}\n\n${texts.join("\n\n")}\n`;
}

function filesByPackage(bundles: readonly Bundle[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { file, packages } of bundles) {
    for (const folder of packages.keys()) {
      found.set(folder, [...(found.get(folder) ?? []), basename(file.path)]);
    }
  }
  return found;
}

const manifestSchema = z.object({ name: z.string(), version: z.string(), license: z.string() });

function readLicence(folder: string, files: string[]): Licence {
  const manifest = manifestSchema.safeParse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
  const fileName = readdirSync(folder).find((name) => /^(licen[cs]e|copying)(\.\w+)?$/i.test(name));
  if (!manifest.success || fileName === undefined) {
    const what = manifest.success ? "has no licence file" : "does not say its name, version and licence";
    throw new BuildError("licence_not_found", `${folder} ${what}, so it cannot be passed on.`);
  }
  const { name, version, license: kind } = manifest.data;
  const text = readFileSync(join(folder, fileName), "utf8").replaceAll("\r\n", "\n").trim();
  return { name, version, kind, text, files };
}

/** By code unit, so that the order is the same in every locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
