import type { Database } from "bun:sqlite";
import type { Clock } from "../clock.ts";
import type { Realm } from "../model/realm.ts";
import { applyPack, type PackUpdate } from "./apply-pack.ts";
import type { IndexChanges } from "./index-writes.ts";
import {
  deleteDigests,
  type Equivocation,
  type IndexedState,
  insertEquivocation,
  selectState,
  upsertState,
} from "./pack-tables.ts";
import { type RealmValidator, selectValidator, upsertValidator } from "./validators-table.ts";
import { write } from "./write.ts";

export type { DigestedRow, PackUpdate } from "./apply-pack.ts";
export type { Equivocation, IndexedState } from "./pack-tables.ts";

/** The realms that number their publishes, as the index file holds them. Each method is one transaction. */
export interface PackIndex {
  find(realmId: string): IndexedState | undefined;
  /** See {@link applyPack}. */
  apply(update: PackUpdate): IndexChanges;
  /** Notes another pointer to the state that the index is in. Writes nothing where nothing differs. */
  notePointer(realm: Pick<Realm, "id" | "url">, state: IndexedState, validator: RealmValidator): void;
  keepEvidence(realmId: string, equivocation: Equivocation): void;
  /** The realm's rows come from one file now: none of them has the digest of a line any more. */
  forgetPacks(realmId: string): void;
  /** Notes the publish number of a pointer that holds its rows itself. */
  noteSeq(realmId: string, seq: number): void;
}

export function createPackIndex(db: Database, clock: Clock): PackIndex {
  return {
    find: (realmId) => selectState(db, realmId),
    apply: (update) => applyPack(db, update),
    notePointer(realm, state, validator) {
      if (isSame(selectState(db, realm.id), state) && isSame(selectValidator(db, realm), validator)) return;
      write(db, () => {
        upsertState(db, realm.id, state);
        upsertValidator(db, realm, validator);
      });
    },
    keepEvidence: (realmId, equivocation) =>
      write(db, () => insertEquivocation(db, realmId, equivocation, clock.now())),
    forgetPacks(realmId) {
      const stored = selectState(db, realmId);
      if (stored?.state === undefined) return;
      write(db, () => {
        deleteDigests(db, realmId);
        upsertState(db, realmId, { seq: stored.seq });
      });
    },
    noteSeq(realmId, seq) {
      if (selectState(db, realmId)?.seq !== seq) write(db, () => upsertState(db, realmId, { seq }));
    },
  };
}

function isSame(a: IndexedState | RealmValidator | undefined, b: IndexedState | RealmValidator): boolean {
  return a !== undefined && Bun.deepEquals(a, b);
}
