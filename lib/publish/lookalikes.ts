/**
 * What is left of a name when everything is taken out by which two names could be confused: case, `-` and `_`.
 * `Notify-User` and `notify_user` leave the same.
 */
export function toNameShape(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, "");
}

/** Names by their shape, to ask which other name looks like one. */
export class NameShapes {
  readonly #names = new Map<string, Set<string>>();

  constructor(names: Iterable<string>) {
    for (const name of names) this.add(name);
  }

  add(name: string): void {
    const shape = toNameShape(name);
    const names = this.#names.get(shape);
    if (names === undefined) this.#names.set(shape, new Set([name]));
    else names.add(name);
  }

  /** A name that differs from this one only in case, `-` or `_`. */
  findLookalike(name: string): string | undefined {
    return [...(this.#names.get(toNameShape(name)) ?? [])].find((other) => other !== name);
  }

  /** Every group of names that look alike. */
  groups(): string[][] {
    return [...this.#names.values()].filter(({ size }) => size > 1).map((names) => [...names].sort());
  }
}
