import { Metadata, MetaFile, Snapshot, TargetFile, Targets, Timestamp } from "@tufjs/models";
import { sha256Hex } from "../trust/digest.ts";
import { type SigningKey, signerOf } from "../trust/signing-key.ts";
import { encodeMetadata, SPEC_VERSION, toTufTime } from "./root-chain.ts";
import type { SignedFiles } from "./signed-folder.ts";

/** The name of the one target. */
export const TARGET = "realm.json";

/** One pointer under fresh signatures: the files to write, in the order in which each vouches for the one before. */
export interface SignedMetadata {
  targets: { path: string; bytes: Buffer };
  snapshot: { path: string; bytes: Buffer };
  timestamp: { path: string; bytes: Buffer };
  versions: { targets: number; snapshot: number; timestamp: number };
}

/**
 * Signs these pointer bytes. The same values give the same bytes.
 *
 * @param current what was signed before: version numbers go on from it
 * @param expiresAt milliseconds since 1970
 */
export function signPointer(
  pointerBytes: Uint8Array,
  current: SignedFiles | undefined,
  key: SigningKey,
  expiresAt: number,
): SignedMetadata {
  const common = { specVersion: SPEC_VERSION, expires: toTufTime(expiresAt) };
  const versions = {
    targets: nextVersion(current?.targets),
    snapshot: nextVersion(current?.snapshot),
    timestamp: nextVersion(current?.timestamp),
  };
  const target = new TargetFile({
    path: TARGET,
    length: pointerBytes.byteLength,
    hashes: { sha256: sha256Hex(pointerBytes) },
  });
  const targets = sign(
    new Metadata(new Targets({ ...common, version: versions.targets, targets: { [TARGET]: target } })),
    key,
  );
  const snapshot = sign(
    new Metadata(
      new Snapshot({
        ...common,
        version: versions.snapshot,
        meta: { "targets.json": toMeta(versions.targets, targets) },
      }),
    ),
    key,
  );
  const timestamp = sign(
    new Metadata(
      new Timestamp({
        ...common,
        version: versions.timestamp,
        snapshotMeta: toMeta(versions.snapshot, snapshot),
      }),
    ),
    key,
  );
  return {
    versions,
    targets: { path: `metadata/${versions.targets}.targets.json`, bytes: targets },
    snapshot: { path: `metadata/${versions.snapshot}.snapshot.json`, bytes: snapshot },
    timestamp: { path: "metadata/timestamp.json", bytes: timestamp },
  };
}

type Signable = Metadata<Targets> | Metadata<Snapshot> | Metadata<Timestamp>;

function sign(metadata: Signable, key: SigningKey): Buffer {
  metadata.sign(signerOf(key));
  return encodeMetadata(metadata);
}

function nextVersion(current: Signable | undefined): number {
  return (current?.signed.version ?? 0) + 1;
}

function toMeta(version: number, bytes: Buffer): MetaFile {
  return new MetaFile({ version, length: bytes.length, hashes: { sha256: sha256Hex(bytes) } });
}
