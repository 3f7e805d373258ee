import { toPageLink } from "../../runtime/open-page.ts";
import { readPageToken } from "../../runtime/page-token.ts";
import { pageTokenPath } from "../../runtime/paths.ts";
import { CommandError } from "../command-error.ts";
import type { CommandContext } from "../context.ts";
import type { Report } from "../print.ts";

/**
 * `realms page`: the link that opens the Dojo page of the running host.
 *
 * @throws CommandError `page_token_missing`; HostError `page_token_unusable`
 */
export async function showPageLink({ host, around }: CommandContext): Promise<Report> {
  const path = pageTokenPath(around.env);
  const token = readPageToken(path);
  if (token === undefined) {
    throw new CommandError(
      "page_token_missing",
      `There is no token at ${path}.\nRonin makes it when it runs with the pack: start Ronin once as this user.`,
    );
  }
  const link = toPageLink(token, host.port);
  return { lines: [link], json: { link } };
}
