import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  Metadata,
  MetadataKind,
  type Root,
  type Snapshot,
  type Targets,
  type Timestamp,
} from "@tufjs/models";
import { SigningError } from "../trust/signing-error.ts";
import { findRoots } from "./keys-folder.ts";
import type { RootChain } from "./root-chain.ts";

/** What a realm's folder holds under `metadata/`. */
export interface SignedFolder {
  chain: RootChain | undefined;
  /** Undefined before the first time. */
  current: SignedFiles | undefined;
}

export interface SignedFiles {
  targets: Metadata<Targets>;
  snapshot: Metadata<Snapshot>;
  timestamp: Metadata<Timestamp>;
}

/**
 * Reads what was signed before. Its version numbers go on from there, so what is damaged is refused: a realm that
 * started over would look rolled back to everybody.
 *
 * @throws SigningError `metadata_damaged`, `root_chain_broken`
 */
export function readSignedFolder(out: string): SignedFolder {
  const folder = join(out, "metadata");
  const chain = findRoots(folder);
  if (!existsSync(join(folder, "timestamp.json"))) return { chain, current: undefined };
  const timestamp = read(folder, "timestamp.json", (json) => Metadata.fromJSON(MetadataKind.Timestamp, json));
  const snapshotFile = `${timestamp.signed.snapshotMeta.version}.snapshot.json`;
  const snapshot = read(folder, snapshotFile, (json) => Metadata.fromJSON(MetadataKind.Snapshot, json));
  const targetsFile = `${snapshot.signed.meta["targets.json"]?.version}.targets.json`;
  const targets = read(folder, targetsFile, (json) => Metadata.fromJSON(MetadataKind.Targets, json));
  return { chain, current: { targets, snapshot, timestamp } };
}

/** Whether all three are signed by the keys that this root names. */
export function isSignedUnder(root: Metadata<Root>, { targets, snapshot, timestamp }: SignedFiles): boolean {
  try {
    root.verifyDelegate("targets", targets);
    root.verifyDelegate("snapshot", snapshot);
    root.verifyDelegate("timestamp", timestamp);
    return true;
  } catch {
    // Signed by a key that was replaced since, or changed: to be signed again either way.
    return false;
  }
}

type MetadataJson = Parameters<typeof Metadata.fromJSON>[1];

function read<Document>(folder: string, file: string, parse: (json: MetadataJson) => Document): Document {
  try {
    return parse(JSON.parse(readFileSync(join(folder, file), "utf8")));
  } catch (cause) {
    throw new SigningError(
      "metadata_damaged",
      `metadata/${file} is missing or cannot be read, and the next version number must go on from it. Restore it from what is published.`,
      { cause },
    );
  }
}
