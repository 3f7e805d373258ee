import { isUnfinished } from "../install/installer.ts";
import type { DeskDeps } from "./deps.ts";
import { patiently } from "./patience.ts";
import type { StatusView } from "./shown.ts";

/** What waits, what goes on, and whether what is installed is still so. @throws RegistryBusyError */
export async function readStatus({
  registry,
  verify,
}: Pick<DeskDeps, "registry" | "verify">): Promise<StatusView> {
  const counts = await patiently(() => ({
    pending: registry.getPendingRequests().length,
    unfinished: registry.getRequests({ status: "approved" }).filter(isUnfinished).length,
    receipts: registry.countReceipts(),
  }));
  return { ...counts, verification: await verify() };
}
