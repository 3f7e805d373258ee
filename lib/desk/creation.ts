import { RealmsError } from "../errors.ts";
import { compileSource } from "../install/compile.ts";
import { offerOf } from "../install/vouched.ts";
import type { KataInstallRequest } from "../model/install.ts";
import type { RealmKataMetadata } from "../model/kata.ts";
import { describeCompiled } from "../trust/describe.ts";
import { verifySource } from "../trust/source.ts";
import type { DeskDeps } from "./deps.ts";
import { patiently } from "./patience.ts";

/**
 * What the proposal of a new kata says of itself: it has nobody's word for it but its source. Undefined for an
 * install from a realm, and when the source is gone or no longer compiles.
 *
 * @throws RegistryBusyError
 */
export async function describeCreation(
  { registry, host }: Pick<DeskDeps, "registry" | "host">,
  request: KataInstallRequest,
): Promise<RealmKataMetadata | undefined> {
  if (request.kind !== "create") return undefined;
  const sourceHash = offerOf(request)?.sourceHash;
  const bytes = sourceHash && (await patiently(() => registry.findSource(sourceHash)));
  if (!sourceHash || !bytes) return undefined;
  try {
    const { text } = verifySource(bytes, sourceHash);
    return describeCompiled(compileSource(await host(), text), text);
  } catch (error) {
    if (!(error instanceof RealmsError)) throw error;
    // The version's contents say what is wrong with it.
    return undefined;
  }
}
