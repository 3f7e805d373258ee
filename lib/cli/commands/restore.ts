import { findMissing } from "../../install/restore.ts";
import type { KataInstallReceipt } from "../../model/install.ts";
import { qualifiedName } from "../../model/kata.ts";
import { retryBusy } from "../../registry/retry.ts";
import { EXIT_FAILED } from "../command-error.ts";
import type { CommandContext } from "../context.ts";
import { countOf } from "../format.ts";
import { requestRestore } from "../host-client.ts";
import { toPersonName } from "../person-name.ts";
import type { Report } from "../print.ts";

const POLL_MS = 250;
const MAX_WAIT_MS = 30_000;

export interface RestoreOptions {
  as?: string | undefined;
}

/**
 * `realms restore`: asks the running Ronin to register again what it has lost of the katas that have a receipt, and
 * waits for that. The sources are those kept at the install; no realm is asked.
 *
 * @throws CommandError `usage`, `host_unreachable`, `host_refused`
 */
export async function restoreCommand(context: CommandContext, options: RestoreOptions): Promise<Report> {
  const { registry, host, around } = context;
  const requestedBy = toPersonName(options.as, around);
  const lost = await retryBusy(() => findMissing(registry));
  if (lost.length === 0) {
    return { lines: ["Nothing is missing."], json: { restored: [], missing: [] } };
  }
  await requestRestore(host.port, { requestedBy });
  let missing = lost;
  for (
    let waitedMs = 0;
    missing.length > 0 && waitedMs < MAX_WAIT_MS && !around.signal.aborted;
    waitedMs += POLL_MS
  ) {
    await around.wait(POLL_MS, around.signal);
    missing = await retryBusy(() => findMissing(registry));
  }
  const restored = lost.filter(({ id }) => !missing.some((receipt) => receipt.id === id));
  return {
    lines: [
      `${countOf(restored.length, "kata was", "katas were")} put back.`,
      ...restored.map((receipt) => `  ${labelOf(receipt)}`),
      ...(missing.length === 0 ? [] : ["Still missing; Ronin's log says why:"]),
      ...missing.map((receipt) => `  ${labelOf(receipt)}`),
    ],
    json: { restored, missing },
    exitCode: missing.length === 0 ? 0 : EXIT_FAILED,
  };
}

function labelOf({ fromRealm, kataName, kataVersion }: KataInstallReceipt): string {
  return qualifiedName(fromRealm, kataName, kataVersion);
}
