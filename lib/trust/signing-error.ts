import { RealmsError } from "../errors.ts";

export type SigningErrorCode =
  | "keys_exist"
  | "keys_missing"
  | "keys_damaged"
  | "keys_in_output"
  | "keys_of_other_realm"
  | "key_not_in_root"
  | "passphrase_missing"
  | "passphrase_weak"
  | "passphrase_wrong"
  | "root_chain_broken"
  | "root_differs"
  | "root_expired"
  | "not_published"
  | "not_signed"
  | "metadata_damaged"
  | "too_large";

/** Keys or signatures could not be made or used. What was there before is as it was. No message holds a secret. */
export class SigningError extends RealmsError<SigningErrorCode> {}
