/** The SHA-256 of bytes that come in pieces. */
export interface RunningDigest {
  add(bytes: Uint8Array): void;
  /** 64 lower-case hex digits, once everything was added. */
  hex(): string;
}

export function createRunningDigest(): RunningDigest {
  const hash = new Bun.CryptoHasher("sha256");
  return { add: (bytes) => void hash.update(bytes), hex: () => hash.digest("hex") };
}
