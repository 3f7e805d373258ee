import type { Realm } from "../model/realm.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import type { RealmMark } from "./shown.ts";

/** Finds the mark of a realm by its id, as the realms are now. One that was removed keeps its id for a name. */
export function readMarks(registry: Pick<RealmsRegistry, "getRealms">): (id: string) => RealmMark {
  const marks = new Map(registry.getRealms().map((realm) => [realm.id, toMark(realm)]));
  return (id) => marks.get(id) ?? { id, name: id, type: "custom", trust: null };
}

export function toMark({ id, name, type, trust }: Realm): RealmMark {
  return { id, name, type, trust: trust ?? null };
}
