import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { Key, Signature } from "@tufjs/models";
import { sha256Hex } from "./digest.ts";

/** An Ed25519 key that can sign. Only its public part ever leaves this process in clear text. */
export interface SigningKey {
  /** SHA-256 of the public key's document, as TUF names it (specification 1.0, 4.2). */
  readonly id: string;
  /** 32 bytes as hex. */
  readonly publicHex: string;
  readonly privateKey: KeyObject;
}

export function createSigningKey(): SigningKey {
  return toSigningKey(generateKeyPairSync("ed25519").privateKey);
}

/** The key in the bytes that {@link exportPrivate} gave. @throws what `createPrivateKey` throws for others */
export function importPrivate(bytes: Uint8Array): SigningKey {
  return toSigningKey(createPrivateKey({ key: Buffer.from(bytes), format: "der", type: "pkcs8" }));
}

/** Clear text: to be sealed at once and written nowhere. */
export function exportPrivate({ privateKey }: SigningKey): Buffer {
  return privateKey.export({ format: "der", type: "pkcs8" });
}

/** Signs what `Metadata.sign` hands over. Ed25519 gives the same signature for the same bytes. */
export function signerOf({ id, privateKey }: SigningKey): (data: Buffer) => Signature {
  return (data) => new Signature({ keyID: id, sig: sign(null, data, privateKey).toString("hex") });
}

/** The public key as a root lists it. */
export function toTufKey({ id, publicHex }: Pick<SigningKey, "id" | "publicHex">): Key {
  return new Key({ keyID: id, keyType: "ed25519", scheme: "ed25519", keyVal: { public: publicHex } });
}

export function keyIdOf(publicHex: string): string {
  // The canonical form of this document: members sorted, nothing in it that would need escaping.
  return sha256Hex(JSON.stringify({ keytype: "ed25519", keyval: { public: publicHex }, scheme: "ed25519" }));
}

const RAW_KEY_BYTES = 32;

function toSigningKey(privateKey: KeyObject): SigningKey {
  const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  const publicHex = spki.subarray(-RAW_KEY_BYTES).toString("hex");
  return { id: keyIdOf(publicHex), publicHex, privateKey };
}
