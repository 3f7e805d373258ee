/** How many katas are installed, half of them by the pack and half by its bare parts. */
export const INSTALLS = 60;

/** Katas that a host can compile, as bytes: what {@link kataRows} lists has hashes only. */
export function installSources(): Uint8Array[] {
  return Array.from({ length: INSTALLS }, (_, at) => {
    const text = [
      `kata install.sample${at} v1`,
      "requires skill local.notify",
      "requires skill local.reasoning",
      "initial read",
      "phase read",
      "  run skill local.reasoning",
      "  next tell",
      "phase tell",
      "  run skill local.notify",
      "  complete",
      "",
    ].join("\n");
    return new TextEncoder().encode(text);
  });
}
