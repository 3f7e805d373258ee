import semver from "semver";
import type { RealmKataMetadata } from "../../lib/model/kata.ts";
import { DEFAULT_RONIN_VERSION } from "../../lib/registry/registry.ts";
import { type Figure, type Row, toFigure } from "../figures.ts";
import type { Stage } from "../stage.ts";
import { takeTurns } from "../timing.ts";

const KATAS = 250;
const ROUNDS = 40;

/** One `checkCompatibility`, beside the comparisons with semver that it cannot do without. */
export async function benchCompatibility(stage: Stage): Promise<Row[]> {
  const { registry } = await stage.syncedHome();
  const versions = registry.discover("*", undefined, { limit: KATAS }).flatMap((kata) => kata.versions);
  const times = await takeTurns(
    {
      ours: { run: () => versions.map((kata) => registry.checkCompatibility(kata).isCompatible) },
      semver: { run: () => versions.map(isInRange) },
    },
    { rounds: ROUNDS },
  );
  const each = (samples: readonly number[]): Figure => toFigure(samples.map((ms) => ms / versions.length));
  return [
    {
      part: "compatibility",
      name: "checkCompatibility",
      unit: "ms",
      ours: each(times.ours),
      peers: { "semver alone": each(times.semver) },
      note: `each sample is the mean of ${versions.length} calls`,
    },
  ];
}

function isInRange({ minRoninVersion, maxRoninVersion }: RealmKataMetadata): boolean {
  return (
    (minRoninVersion === undefined || semver.gte(DEFAULT_RONIN_VERSION, minRoninVersion)) &&
    (maxRoninVersion === undefined || semver.lte(DEFAULT_RONIN_VERSION, maxRoninVersion))
  );
}
