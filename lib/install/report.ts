import type { InstallErrorCode } from "../errors.ts";
import type { EventPayload } from "../events.ts";
import type { KataInstallRequest } from "../model/install.ts";
import { kataNameSchema, kataVersionSchema, qualifiedName } from "../model/kata.ts";
import { realmIdSchema } from "../model/realm.ts";
import { offerContract } from "./contract.ts";
import type { InstallDeps } from "./deps.ts";
import type { Installed } from "./pipeline.ts";

type ReportDeps = Pick<InstallDeps, "bus" | "log">;

/** Says that an install succeeded: in the log, and on the bus as `kata.installed` or `kata.created`. */
export async function reportInstalled(
  { bus, log, host }: ReportDeps & Pick<InstallDeps, "host">,
  done: Installed,
): Promise<void> {
  const { request, receipt, phases, alreadyInstalled } = done;
  const label = qualifiedName(receipt.fromRealm, receipt.kataName, receipt.kataVersion);
  log.info(`${alreadyInstalled ? "already installed" : "installed"} ${label}, receipt ${receipt.id}`);
  if (request.kind === "create") {
    bus.emit("kata.created", {
      proposalId: request.id,
      kataName: receipt.kataName,
      kataVersion: receipt.kataVersion,
      createdBy: receipt.installedBy,
      phases,
      receiptId: receipt.id,
    });
    return;
  }
  const contract = await offerContract(host, { name: receipt.kataName, version: receipt.kataVersion });
  bus.emit("kata.installed", {
    kataName: receipt.kataName,
    kataVersion: receipt.kataVersion,
    fromRealm: receipt.fromRealm,
    proposalId: request.id,
    receiptId: receipt.id,
    alreadyInstalled,
    ...(contract === undefined ? {} : { contract }),
    ...(receipt.trust === undefined ? {} : { trust: receipt.trust }),
  });
}

/** Says that an approval came to nothing: in the log, and on the bus as `kata.install_failed`. */
export function reportFailed(
  { bus, log }: ReportDeps,
  proposalId: string,
  request: KataInstallRequest | undefined,
  { code, message }: { code: InstallErrorCode; message: string },
): void {
  log.warn(`install ${proposalId} failed, ${code}: ${message}`);
  bus.emit("kata.install_failed", { proposalId, ...namesOf(request), code, message });
}

/** Whatever of the request's row has its right form: a row that was edited must not keep the event from going out. */
function namesOf(
  request: KataInstallRequest | undefined,
): Pick<EventPayload<"kata.install_failed">, "kataName" | "kataVersion" | "fromRealm"> {
  const name = kataNameSchema.safeParse(request?.kataName);
  const version = kataVersionSchema.safeParse(request?.kataVersion);
  const realm = realmIdSchema.safeParse(request?.fromRealm);
  return {
    ...(name.success ? { kataName: name.data } : {}),
    ...(version.success ? { kataVersion: version.data } : {}),
    ...(realm.success ? { fromRealm: realm.data } : {}),
  };
}
