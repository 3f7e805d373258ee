import { HostError } from "../errors.ts";
import { createPageToken, isPageToken } from "../trust/page-session.ts";
import { readOrCreateSecret } from "./secret-file.ts";

/**
 * What opens the page: made on first use, the same over restarts, and gone for everybody who has it once the
 * file is removed. As text, so that a person can put it into a link.
 *
 * @throws HostError `page_token_unusable` when the file is not such a token or others can read it
 */
export function readOrCreatePageToken(path: string): string {
  const bytes = readOrCreateSecret(path, {
    make: () => Buffer.from(createPageToken(), "latin1"),
    isWhole: (found) => isPageToken(Buffer.from(found).toString("latin1")),
    refuse: (message) => new HostError("page_token_unusable", message),
  });
  return Buffer.from(bytes).toString("latin1");
}
