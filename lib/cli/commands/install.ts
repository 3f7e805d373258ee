import { CommandError } from "../command-error.ts";
import type { DeskContext } from "../desk/with-desk.ts";
import { roninIsDown } from "../host-client.ts";
import { findKata } from "../kata-address.ts";
import type { Report } from "../print.ts";
import { type ApproveOptions, approveRequest } from "./approve.ts";

export type InstallOptions = Omit<ApproveOptions, "kataVersion">;

/**
 * `realms install [realm:]name[@version]`: opens a request as an agent would, and leads into the same decision as
 * `realms approve`. Nothing is opened where nobody could decide or nothing could be installed.
 *
 * @throws CommandError as `approveRequest`, and `host_unreachable`, `unknown_kata`, `ambiguous_kata`;
 *   RegistryError `unknown_realm`, `unknown_kata`, `realm_disabled`
 */
export async function installCommand(
  context: DeskContext,
  given: string,
  options: InstallOptions,
): Promise<Report> {
  const { desk, around, host, isJson } = context;
  if (options.yes !== true && (isJson || !around.isTTY)) {
    throw new CommandError(
      "usage",
      `There is nobody to ask.\nLook at it with:  realms show ${given}\nThen install it:  realms install ${given} --yes`,
    );
  }
  const { version, ...kata } = await findKata(desk, given);
  if (desk.via === "files") throw roninIsDown(host.port);
  const { proposalId } = await desk.requestInstall(kata, version === undefined ? {} : { version });
  return await approveRequest(context, proposalId, { ...options, kataVersion: version });
}
