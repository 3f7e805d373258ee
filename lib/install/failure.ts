import { ApprovalError, HostError, InstallError, messageOf, RegistryError } from "../errors.ts";
import { hasSqliteCode } from "../registry/sql.ts";

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

/** A full disk, one that fails, a file that cannot be written: nothing that the kata or the person could help. */
const diskErrors = ["SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN"];

/**
 * Whether an install that stopped with this may go on later, with nothing decided anew: the database was locked
 * or could not be written, or something broke after a kata had been registered already.
 */
export function isPassing(error: unknown, hasRegistered: boolean): boolean {
  if (error instanceof RegistryError && error.code === "registry_busy") return true;
  // The failure could not be written down either, and would be contradicted by the next start.
  const { cause } = error instanceof InstallError ? error : { cause: error };
  if (diskErrors.some((code) => hasSqliteCode(cause, code))) return true;
  return hasRegistered && !(error instanceof InstallError) && !(error instanceof RegistryError);
}
