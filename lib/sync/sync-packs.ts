import { RealmError, RegistryError } from "../errors.ts";
import type { Realm } from "../model/realm.ts";
import type { PackedRealm } from "../model/wire.ts";
import type { RealmAddress } from "../realm-client/client.ts";
import type { IndexedState, PackIndex } from "../registry/pack-index.ts";
import type { IndexChanges, RealmValidator } from "../registry/registry.ts";
import { sha256Hex } from "../trust/digest.ts";
import { type BringPacksDeps, bringPacks } from "./bring-packs.ts";
import { choosePacks, type PackChoice, toBase } from "./choose-packs.ts";
import { judgePointer } from "./judge-pointer.ts";
import { counting, type Meter } from "./meter.ts";
import { readPackRows } from "./pack-rows.ts";

export interface SyncPacksDeps extends BringPacksDeps {
  packs: PackIndex;
  /** Called after a realm's rows were committed. */
  checkpoint: () => void;
  /** Who is told how far it is. Default: nobody. */
  meterOf?: (realmId: string) => Meter;
}

/** A pointer whose form and signatures were accepted, and where its packs are. */
export interface AcceptedPointer {
  pointer: PackedRealm;
  /** As they came. */
  bytes: Uint8Array;
  /** Stored once the index is as the pointer says. */
  validator: RealmValidator;
  from: RealmAddress;
  /** What is indexed of the realm is not held against it, and gives way to the base. */
  isReset?: boolean;
}

/**
 * Brings a realm's index to the state that its pointer names, with one delta or with the base. A delta that
 * contradicts the index makes it take the base instead, once: it may be the index that was damaged.
 *
 * @param signal once aborted, nothing is written any more
 * @throws RealmError `rolled_back`, `equivocation`, and what bringing and reading packs throws; RegistryError
 *   `hash_conflict`, `row_disappeared`, `state_mismatch`
 */
export async function syncPacks(
  deps: SyncPacksDeps,
  realm: Realm,
  accepted: AcceptedPointer,
  signal: AbortSignal,
): Promise<IndexChanges> {
  const { packs } = deps;
  const { pointer, validator, isReset = false } = accepted;
  const { seq, state, rows } = pointer;
  const next = { seq, state, rows, pointerHash: sha256Hex(accepted.bytes) };
  const indexed = isReset ? undefined : packs.find(realm.id);
  const judgement = judgePointer(pointer, indexed);
  if (judgement === "equivocation") throw keepEvidence(packs, realm.id, next, indexed);
  if (judgement === "same") {
    packs.notePointer(realm, next, validator);
    return { added: 0, updated: 0, withdrawn: 0, unchanged: rows };
  }

  const meter: Meter = deps.meterOf?.(realm.id) ?? (() => {});
  const apply = async (choice: PackChoice): Promise<IndexChanges> => {
    using brought = await bringPacks(deps, accepted.from, choice.packs, signal, meter);
    signal.throwIfAborted();
    const read = readPackRows(brought.packs, { from: choice.from, to: seq });
    // A pointer tells how many rows the realm has, and not how many of them are in a delta.
    const known = choice.kind === "base" ? rows : null;
    const changes = packs.apply({
      realm,
      kind: isReset ? "anew" : choice.kind,
      rows: counting(read, (count) => meter("indexing", count, known)),
      target: next,
      validator,
    });
    deps.checkpoint();
    return changes;
  };
  const choice = choosePacks(pointer, indexed);
  try {
    return await apply(choice);
  } catch (error) {
    if (choice.kind === "base" || !isContradiction(error)) throw error;
    return await apply(toBase(pointer));
  }
}

/** What the registry found when it held rows against those that it has. */
function isContradiction(error: unknown): boolean {
  return error instanceof RegistryError && ["state_mismatch", "hash_conflict"].includes(error.code);
}

/** One of the two pointers is a lie, and nobody here can tell which: the one that came first stays. */
function keepEvidence(
  packs: PackIndex,
  realmId: string,
  other: { seq: number; state: string; pointerHash: string },
  accepted: IndexedState | undefined,
): RealmError {
  packs.keepEvidence(realmId, { seq: other.seq, accepted: accepted ?? {}, other });
  return new RealmError(
    "equivocation",
    `The realm gave publish ${other.seq} to two states. The pointer with SHA-256 ${accepted?.pointerHash} was accepted; the one with ${other.pointerHash} is refused. Show both to its publisher.`,
  );
}
