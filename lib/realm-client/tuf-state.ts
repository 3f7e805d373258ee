import { Metadata, MetadataKind, type Root } from "@tufjs/models";
import { sha256Hex } from "../trust/digest.ts";
import { keySetDigest } from "../trust/key-set.ts";
import type { SignedState } from "../trust/signed-state.ts";
import type { StagedCache } from "./tuf-cache.ts";

/** The state that four accepted files stand for; who the realm is and its publish number come from elsewhere. */
export type MetadataState = Omit<SignedState, "root" | "seq">;

/** Reads the files of a cache that the library has just brought up to date, so they are what it trusts. */
export function readMetadataState(cache: Pick<StagedCache, "read">): MetadataState {
  const read = (file: Parameters<StagedCache["read"]>[0]): Buffer => {
    const bytes = cache.read(file);
    if (bytes === undefined) throw new Error(`The library accepted a state and kept no ${file}.`);
    return bytes;
  };
  const rootBytes = read("root.json");
  const root = Metadata.fromJSON(MetadataKind.Root, parse(rootBytes)).signed;
  const timestamp = Metadata.fromJSON(MetadataKind.Timestamp, parse(read("timestamp.json"))).signed;
  const snapshot = Metadata.fromJSON(MetadataKind.Snapshot, parse(read("snapshot.json"))).signed;
  const targets = Metadata.fromJSON(MetadataKind.Targets, parse(read("targets.json"))).signed;
  return {
    currentRoot: sha256Hex(rootBytes),
    versions: {
      root: root.version,
      timestamp: timestamp.version,
      snapshot: snapshot.version,
      targets: targets.version,
    },
    keys: { timestamp: keysOf(root, "timestamp"), snapshot: keysOf(root, "snapshot") },
    expiresAt: Math.min(...[root, timestamp, snapshot, targets].map(({ expires }) => Date.parse(expires))),
  };
}

function parse(bytes: Buffer): Parameters<typeof Metadata.fromJSON>[1] {
  return JSON.parse(bytes.toString("utf8"));
}

function keysOf(root: Root, role: string): string {
  return keySetDigest(root.roles[role]?.keyIDs ?? []);
}
