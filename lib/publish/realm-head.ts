import { realmIdSchema } from "../model/realm.ts";
import { type PackedRealm, wireLimits } from "../model/wire.ts";
import { sha256Hex } from "../trust/digest.ts";
import { parseOptionText } from "./option-text.ts";
import type { RealmHead } from "./publication.ts";
import { refusal } from "./publish-error.ts";
import { FIRST_ROOT_PATH, POINTER_PATH } from "./realm-paths.ts";
import type { RealmReader } from "./realm-reader.ts";

export interface HeadOptions {
  /** Needed once, for a realm's first build. */
  realm?: string | undefined;
  /** Default: as before. */
  name?: string | undefined;
  /** Shown to everyone who follows the realm. Default: as before; an empty one takes it away. */
  notice?: string | undefined;
}

/**
 * What a realm's pointer says about itself: as before, but for what was asked for. A root, once named, stays: it
 * is what readers pinned.
 *
 * @throws PublishError `realm_id_missing`, `realm_id_refused`, `wrong_realm`, `root_changed`, `hidden_character`,
 *   `text_too_long`
 */
export async function toRealmHead(
  options: HeadOptions,
  previous: PackedRealm | undefined,
  reader: RealmReader,
): Promise<RealmHead> {
  return {
    realm: toRealmId(options.realm, previous?.realm),
    name: toText("--name", options.name, previous?.name, 80),
    notice: toText("--notice", options.notice, previous?.notice, 280),
    root: await toRoot(reader, previous?.root),
  };
}

function toRealmId(given: string | undefined, known: string | undefined): string {
  const id = given ?? known;
  if (id === undefined) {
    throw refusal({
      code: "realm_id_missing",
      file: "--realm",
      found: "no id for a new realm",
      expected: "one such as acme, under which others will follow it",
    });
  }
  if (known !== undefined && id !== known) {
    throw refusal({
      code: "wrong_realm",
      file: POINTER_PATH,
      found: `the realm ${known}`,
      expected: `${id} as --realm says; another realm needs another folder`,
    });
  }
  if (realmIdSchema.safeParse(id).success) return id;
  throw refusal({
    code: "realm_id_refused",
    file: "--realm",
    found: "an id that cannot be used",
    expected: "lower-case letters, digits, - and _, at most 64 characters",
  });
}

function toText(
  option: string,
  given: string | undefined,
  known: string | undefined,
  maxChars: number,
): string | undefined {
  const text = given === undefined ? known : parseOptionText(option, given, maxChars);
  return text === "" ? undefined : text;
}

async function toRoot(reader: RealmReader, known: string | undefined): Promise<string | undefined> {
  const bytes = await reader.read(FIRST_ROOT_PATH, wireLimits.maxPointerBytes);
  const found = bytes === undefined ? undefined : sha256Hex(bytes);
  if (known === undefined || found === undefined || found === known) return known ?? found;
  throw refusal({
    code: "root_changed",
    file: FIRST_ROOT_PATH,
    found: `SHA-256 ${found}`,
    expected: `${known}, which readers pinned; restore the file from a copy`,
  });
}
