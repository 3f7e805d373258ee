import fc from "fast-check";
import type { Case } from "./mutate.ts";
import type { OpenTarget } from "./target.ts";
import { decisions } from "./targets/decisions.ts";
import { documents } from "./targets/documents.ts";
import { events } from "./targets/events.ts";
import { metadata } from "./targets/metadata.ts";
import { packs } from "./targets/packs.ts";
import { queries } from "./targets/queries.ts";
import { rows } from "./targets/rows.ts";
import { settings } from "./targets/settings.ts";
import { sources } from "./targets/sources.ts";

export const targets: Readonly<Record<string, OpenTarget>> = {
  documents,
  metadata,
  packs,
  settings,
  events,
  decisions,
  queries,
  sources,
  rows,
};

const cases: fc.Arbitrary<Case> = fc.record({
  kind: fc.constantFrom("valid", "mutated", "odd"),
  seed: fc.nat(),
});

/**
 * Runs a target on so many cases, the same ones for one seed.
 *
 * @returns how many it was given
 * @throws an error that names the case and the seed, with what went wrong as its cause
 */
export async function fuzz(open: OpenTarget, options: { cases: number; seed: number }): Promise<number> {
  const target = await open();
  const property = fc.asyncProperty(cases, async (one) => {
    await target.check(one);
  });
  const numRuns = Math.ceil(options.cases * (target.share ?? 1));
  try {
    await fc.assert(property, { numRuns, seed: options.seed, endOnFailure: true });
    return numRuns;
  } finally {
    await target.close?.();
  }
}
