import { randomBytes } from "node:crypto";
import { ApprovalError } from "../errors.ts";
import { APPROVAL_KEY_BYTES } from "../trust/approval-proof.ts";
import { readOrCreateSecret, readSecret, type SecretKind } from "./secret-file.ts";

const kind: SecretKind = {
  make: () => randomBytes(APPROVAL_KEY_BYTES),
  isWhole: (bytes) => bytes.byteLength === APPROVAL_KEY_BYTES,
  refuse: (message) => new ApprovalError("proof_wrong_key", message),
};

/**
 * The key that tells a person's decision from an event: 32 random bytes that only the user's own programs can
 * read. Made on first use; never on the event bus, in a log or in the database.
 *
 * @throws ApprovalError `proof_wrong_key` when the file is not such a key or others can read it
 */
export function readOrCreateApprovalKey(path: string): Uint8Array {
  return readOrCreateSecret(path, kind);
}

/** Undefined when there is none. @throws ApprovalError as {@link readOrCreateApprovalKey} */
export function readApprovalKey(path: string): Uint8Array | undefined {
  return readSecret(path, kind);
}
