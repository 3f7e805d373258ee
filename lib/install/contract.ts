import * as z from "zod";
import type { InstallHost } from "./deps.ts";

/**
 * A contract that runs this kata every night, as in the guide's step 4 and in the syntax of the running host: it is
 * given only where the host's own parser reads exactly that out of it. A person saves it or does not.
 */
export function toContractText(
  { ContractParser }: Pick<InstallHost, "ContractParser">,
  { name, version }: { name: string; version: string },
): string | undefined {
  const text = `contract daily.${name} v1\ntarget kata ${name} ${version}\ntrigger cron ${NIGHTLY}\n`;
  if (ContractParser === undefined) return undefined;
  try {
    const read = contractSchema.safeParse(new ContractParser().parse(text)).data;
    const isThis = read?.targetKata === name && read.targetKataVersion === version;
    return isThis && read.triggerConfig.expression === NIGHTLY ? text : undefined;
  } catch {
    // The host refuses it, so there is nothing to offer.
    return undefined;
  }
}

/** {@link toContractText} for a host that may not be found: then nobody knows its syntax. Never rejects. */
export async function offerContract(
  host: () => Promise<InstallHost>,
  kata: { name: string; version: string },
): Promise<string | undefined> {
  try {
    return toContractText(await host(), kata);
  } catch {
    // Katas are of no use without the host's classes either, and whoever needs them says so.
    return undefined;
  }
}

const NIGHTLY = "0 3 * * *";

const contractSchema = z.object({
  targetKata: z.string(),
  targetKataVersion: z.string(),
  triggerConfig: z.object({ expression: z.string() }),
});
