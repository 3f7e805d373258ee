import { ApprovalError, HostError, InstallError, messageOf, RegistryError } from "../errors.ts";

/** What ended an install, with a code from the closed list. */
export function toInstallError(error: unknown): InstallError {
  const cause = { cause: error };
  if (error instanceof InstallError) return error;
  if (error instanceof HostError) return new InstallError("host_unavailable", error.message, cause);
  if (error instanceof ApprovalError) return new InstallError("proof_invalid", error.message, cause);
  if (!(error instanceof RegistryError)) return new InstallError("internal", messageOf(error), cause);
  switch (error.code) {
    case "registry_busy":
      return new InstallError("registry_busy", "The host's database stayed locked; approve again.", cause);
    case "unknown_request":
      return new InstallError("unknown_request", error.message, cause);
    case "offer_changed":
      return new InstallError("offer_changed", error.message, cause);
    case "host_changed":
      return new InstallError("readback_mismatch", error.message, cause);
    default:
      return new InstallError("internal", error.message, cause);
  }
}

/**
 * Whether an install that stopped with this may go on later, with nothing decided anew: the database was locked
 * or full after something had been registered already.
 */
export function isPassing(error: unknown, hasRegistered: boolean): boolean {
  if (error instanceof RegistryError && error.code === "registry_busy") return true;
  return hasRegistered && !(error instanceof InstallError) && !(error instanceof RegistryError);
}
