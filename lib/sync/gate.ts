/** Open while no id stands in it. */
export interface Gate {
  add(ids: Iterable<string>): void;
  remove(ids: Iterable<string>): void;
  /** Settles once the gate is open. */
  opened(): Promise<void>;
}

export function createGate(): Gate {
  const standing = new Set<string>();
  let opening = Promise.withResolvers<void>();
  return {
    add(ids) {
      for (const id of ids) standing.add(id);
    },
    remove(ids) {
      for (const id of ids) standing.delete(id);
      if (standing.size > 0) return;
      opening.resolve();
      opening = Promise.withResolvers();
    },
    opened: () => (standing.size === 0 ? Promise.resolve() : opening.promise),
  };
}
