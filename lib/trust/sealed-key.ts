import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import * as z from "zod";
import { hashSchema } from "../model/kata.ts";
import { realmIdSchema } from "../model/realm.ts";
import { lengthPrefixed } from "./digest.ts";
import { SigningError } from "./signing-error.ts";
import { exportPrivate, importPrivate, type SigningKey } from "./signing-key.ts";

/**
 * `root` signs nothing but roots and belongs offline. `online` signs targets, snapshot and timestamp, and may lie
 * with a job that signs again every week.
 */
export type KeyRole = "root" | "online";

/** How much work a guess at the passphrase costs: the N of scrypt, a power of two. 128 MiB and half a second. */
export const DEFAULT_SCRYPT_N = 2 ** 17;
const SCRYPT_R = 8;
const SCRYPT_P = 1;
const MAX_SCRYPT_MEMORY = 512 * 1024 * 1024;
export const MIN_PASSPHRASE_CHARS = 12;

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));

/** A key as it lies on a disk: scrypt and AES-256-GCM, and in clear text only what everybody may know. */
export const sealedKeySchema = z.object({
  format: z.literal(1),
  realm: realmIdSchema,
  role: z.enum(["root", "online"]),
  id: hashSchema,
  public: hex(32),
  created: z.iso.datetime(),
  // A file that asks for more work than any of ours does is not ours.
  scrypt: z.object({
    n: z
      .int()
      .min(2)
      .max(2 ** 18),
    salt: hex(16),
  }),
  aes256gcm: z.object({ iv: hex(12), tag: hex(16), text: z.string().regex(/^[0-9a-f]{2,200}$/) }),
});

export type SealedKey = z.infer<typeof sealedKeySchema>;

export interface SealOptions {
  realm: string;
  role: KeyRole;
  passphrase: string;
  /** Milliseconds since 1970. */
  now: number;
  /** Default {@link DEFAULT_SCRYPT_N}. */
  scryptN?: number | undefined;
}

/** @throws SigningError `passphrase_weak` */
export function sealKey(key: SigningKey, options: SealOptions): SealedKey {
  const { realm, role, passphrase, now, scryptN = DEFAULT_SCRYPT_N } = options;
  assertStrong(passphrase);
  const open = {
    format: 1,
    realm,
    role,
    id: key.id,
    public: key.publicHex,
    created: new Date(now).toISOString(),
    scrypt: { n: scryptN, salt: randomBytes(16).toString("hex") },
  } as const;
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", deriveKey(passphrase, open.scrypt), iv);
  cipher.setAAD(clearPartOf(open));
  const text = Buffer.concat([cipher.update(exportPrivate(key)), cipher.final()]);
  return {
    ...open,
    aes256gcm: {
      iv: iv.toString("hex"),
      tag: cipher.getAuthTag().toString("hex"),
      text: text.toString("hex"),
    },
  };
}

/**
 * The key in a sealed file. Its clear part is sealed with it: a file that was relabelled does not open.
 *
 * @throws SigningError `passphrase_wrong`
 */
export function openKey(sealed: SealedKey, passphrase: string): SigningKey {
  const { iv, tag, text } = sealed.aes256gcm;
  try {
    const decipher = createDecipheriv(
      "aes-256-gcm",
      deriveKey(passphrase, sealed.scrypt),
      Buffer.from(iv, "hex"),
    );
    decipher.setAAD(clearPartOf(sealed));
    decipher.setAuthTag(Buffer.from(tag, "hex"));
    return importPrivate(Buffer.concat([decipher.update(Buffer.from(text, "hex")), decipher.final()]));
  } catch (cause) {
    throw new SigningError(
      "passphrase_wrong",
      `The ${sealed.role} key of ${sealed.realm} does not open: the passphrase is wrong, or the file was changed.`,
      { cause },
    );
  }
}

/** @throws SigningError `passphrase_weak` */
export function assertStrong(passphrase: string): void {
  if ([...passphrase].length >= MIN_PASSPHRASE_CHARS) return;
  throw new SigningError(
    "passphrase_weak",
    `The passphrase needs at least ${MIN_PASSPHRASE_CHARS} characters.`,
  );
}

function deriveKey(passphrase: string, { n, salt }: SealedKey["scrypt"]): Buffer {
  // The same passphrase comes in other bytes from another keyboard.
  const text = Buffer.from(passphrase.normalize("NFKC"), "utf8");
  const options = { N: n, r: SCRYPT_R, p: SCRYPT_P, maxmem: MAX_SCRYPT_MEMORY };
  return scryptSync(text, Buffer.from(salt, "hex"), 32, options);
}

function clearPartOf(sealed: Omit<SealedKey, "aes256gcm">): Uint8Array {
  const { format, realm, role, id, created, scrypt } = sealed;
  return lengthPrefixed([
    "ronin-realms key",
    String(format),
    realm,
    role,
    id,
    sealed.public,
    created,
    String(scrypt.n),
    scrypt.salt,
  ]);
}
