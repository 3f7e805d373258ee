import { HostError } from "../errors.ts";
import { createPageToken, isPageToken } from "../trust/page-session.ts";
import { readOrCreateSecret, readSecret, type SecretKind } from "./secret-file.ts";

const kind: SecretKind = {
  make: () => Buffer.from(createPageToken(), "latin1"),
  isWhole: (bytes) => isPageToken(toText(bytes)),
  refuse: (message) => new HostError("page_token_unusable", message),
};

/**
 * What opens the page: made on first use, the same over restarts, and gone for everybody who has it once the
 * file is removed. As text, so that a person can put it into a link.
 *
 * @throws HostError `page_token_unusable` when the file is not such a token or others can read it
 */
export function readOrCreatePageToken(path: string): string {
  return toText(readOrCreateSecret(path, kind));
}

/** Undefined when there is none. @throws HostError as {@link readOrCreatePageToken} */
export function readPageToken(path: string): string | undefined {
  const bytes = readSecret(path, kind);
  return bytes && toText(bytes);
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
