import { closeSync, openSync, writeSync } from "node:fs";
import { createRunningDigest } from "../trust/running-digest.ts";

/** A file that is written once, with what is known about its contents so far. */
export interface HashedFile extends Disposable {
  readonly bytes: number;
  add(chunk: Uint8Array): void;
  /** 64 lower-case hex digits, once everything was added. */
  sha256(): string;
}

/** Makes a file that did not exist. @throws a system error when it does, or cannot be written */
export function createHashedFile(path: string): HashedFile {
  const file = openSync(path, "wx", 0o600);
  const digest = createRunningDigest();
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    add(chunk) {
      // A full disk takes a part of it.
      for (let done = 0; done < chunk.byteLength; ) done += writeSync(file, chunk, done);
      digest.add(chunk);
      bytes += chunk.byteLength;
    },
    sha256: () => digest.hex(),
    [Symbol.dispose]: () => closeSync(file),
  };
}
