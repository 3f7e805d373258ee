import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/** Any JSON value, to be changed freely before it is signed. */
export type Json = ReturnType<typeof JSON.parse>;

export type KeyType = "ed25519" | "ecdsa" | "rsa";

export interface TestKey {
  id: string;
  /** As a root lists it. */
  document: Record<string, unknown>;
  sign(bytes: Uint8Array): string;
}

/** A fresh key. RSA ones take a tenth of a second to make. */
export function createKey(type: KeyType = "ed25519", extra: Record<string, unknown> = {}): TestKey {
  const { publicKey, privateKey } = generate(type);
  const document = {
    keytype: type,
    scheme: schemes[type],
    keyval: { public: toPublic(type, publicKey) },
    ...extra,
  };
  const id = createHash("sha256").update(canonical(document)).digest("hex");
  return { id, document, sign: (bytes) => signWith(type, bytes, privateKey) };
}

/** The canonical form that TUF signs: in texts, nothing but quotes and backslashes is escaped. */
export function canonical(value: Json): string {
  if (typeof value === "string") return `"${value.replace(/["\\]/g, "\\$&")}"`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${canonical(name)}:${canonical(value[name])}`).join(",")}}`;
}

const schemes: Record<KeyType, string> = {
  ed25519: "ed25519",
  ecdsa: "ecdsa-sha2-nistp256",
  rsa: "rsassa-pss-sha256",
};

function generate(type: KeyType): { publicKey: KeyObject; privateKey: KeyObject } {
  if (type === "rsa") return generateKeyPairSync("rsa", { modulusLength: 2048 });
  return type === "ecdsa"
    ? generateKeyPairSync("ec", { namedCurve: "P-256" })
    : generateKeyPairSync("ed25519");
}

function toPublic(type: KeyType, key: KeyObject): string {
  if (type !== "ed25519") return String(key.export({ format: "pem", type: "spki" }));
  return key.export({ format: "der", type: "spki" }).subarray(-32).toString("hex");
}

function signWith(type: KeyType, bytes: Uint8Array, key: KeyObject): string {
  if (type === "ed25519") return sign(null, bytes, key).toString("hex");
  // 6: RSA_PKCS1_PSS_PADDING.
  return sign("sha256", bytes, type === "rsa" ? { key, padding: 6, saltLength: 32 } : key).toString("hex");
}
