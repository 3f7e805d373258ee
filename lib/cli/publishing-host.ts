import { resolve } from "node:path";
import { messageOf } from "../errors.ts";
import type { PublishingHost } from "../publish/kata-file.ts";
import { loadFromCheckout } from "../runtime/kata-host.ts";
import { CommandError } from "./command-error.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * The compiler that katas are published with: that of the Ronin at `--ronin` or `RONIN_PROJECT_ROOT`, else the
 * one that this command brings along. A Ronin that was asked for is never replaced by another compiler.
 *
 * @throws CommandError `ronin_not_found`
 */
export async function loadPublishingHost(
  ronin: string | undefined,
  around: Pick<Surroundings, "env" | "cwd">,
): Promise<PublishingHost> {
  const given = ronin ?? around.env.RONIN_PROJECT_ROOT;
  if (given === undefined || given === "") {
    const { KataParser, KataCompiler, RONIN_VERSION } = await import("ronin-plugin-api");
    return { version: RONIN_VERSION, parser: new KataParser(), compiler: new KataCompiler() };
  }
  const root = resolve(around.cwd, given);
  try {
    const { version, KataParser, KataCompiler } = await loadFromCheckout(root);
    return { version, parser: new KataParser(), compiler: new KataCompiler() };
  } catch (cause) {
    throw new CommandError(
      "ronin_not_found",
      `There is no Ronin to compile with at ${root}: ${messageOf(cause)}\nName a checkout with --ronin, or leave it and RONIN_PROJECT_ROOT out.`,
      { cause },
    );
  }
}
