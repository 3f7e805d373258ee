import { toPublishedRow, type PublishedRow } from "../lib/publish/published-row.ts";
import { type PackRow, wireLimits } from "../lib/model/wire.ts";
import { sha256Hex } from "../lib/trust/digest.ts";
import { type KataDocument, toDocument } from "./peers/peer.ts";
import { createRandom, pick, type Random, SEED } from "./random.ts";
import { domains, fillers, objects, RARE_WORDS, rareWord, verbs } from "./words.ts";

const VERSIONS_PER_NAME = 4;
const NAMES_PER_ROUND = domains.length * verbs.length * objects.length;
const skills = ["local.notify", "local.reasoning", "local.file.read", "local.http.request", "mail.search"];
const complexities = ["simple", "moderate", "complex"] as const;

/**
 * `size` versions of synthetic katas, the same for the same size: 30 domains × 25 verbs × 30 objects with four
 * versions each, and where that is not enough the same names again with a number behind.
 */
function* kataRows(size: number): Generator<PackRow> {
  for (let at = 0; at < size; at++) {
    yield rowOf(Math.floor(at / VERSIONS_PER_NAME), (at % VERSIONS_PER_NAME) + 1, 1);
  }
}

/** {@link kataRows} as the realm first lists them: one of a million has to leave room for its delta. */
export function firstRows(size: number): PackRow[] {
  return [...kataRows(Math.min(size, wireLimits.maxRows - changesOf(size)))];
}

/** The same katas as a search library takes them, in portions. */
export function* kataDocuments(size: number, portion: number): Generator<KataDocument[]> {
  const names = Math.ceil(size / VERSIONS_PER_NAME);
  for (let at = 0; at < names; at += portion) {
    yield Array.from({ length: Math.min(portion, names - at) }, (_, index) => {
      const versions = [1, 2, 3, 4].map((version) => rowOf(at + index, version, 1));
      return toDocument({ name: versions[0]?.name ?? "", versions });
    });
  }
}

/**
 * What a publish changes: a thousandth of the rows, of ten four deprecated versions, four new versions of known
 * katas and two new katas.
 *
 * @param seq the publish number, 2 or more; each changes other rows
 */
export function changedRows(size: number, seq: number): PublishedRow[] {
  const random = createRandom(SEED + seq);
  const names = Math.ceil(size / VERSIONS_PER_NAME);
  const changed = new Map<string, PackRow>();
  for (let at = 0; changed.size < changesOf(size); at++) {
    const known = Math.floor(random() * Math.floor(size / VERSIONS_PER_NAME));
    const row =
      at % 10 < 4
        ? { ...rowOf(known, 2, seq), status: "deprecated" as const, reason: "There is a newer one." }
        : at % 10 < 8
          ? rowOf(known, VERSIONS_PER_NAME + seq, seq)
          : rowOf(names + seq * changesOf(size) + at, 1, seq);
    changed.set(`${row.name}@${row.version}`, row);
  }
  return [...changed.values()].map(toPublishedRow);
}

/** How many rows a delta of 0.1 % has. */
export function changesOf(size: number): number {
  return Math.max(1, Math.round(size / 1000));
}

function rowOf(nameIndex: number, version: number, seq: number): PackRow {
  const random = createRandom(SEED ^ Math.imul(nameIndex + 1, 0x9e3779b1));
  const place = nameIndex % NAMES_PER_ROUND;
  const round = Math.floor(nameIndex / NAMES_PER_ROUND);
  // Neighbours in the list differ in all three words, so that a small size has all of them too.
  const domain = domains[place % domains.length] ?? "";
  const verb = verbs[Math.floor(place / domains.length) % verbs.length] ?? "";
  const object =
    objects[(Math.floor(place / (domains.length * verbs.length)) + place) % objects.length] ?? "";
  const name = `${domain}.${verb}.${object}${round === 0 ? "" : `.n${round + 1}`}`;
  const isOld = random() < 0.2 && version === 1;
  return {
    seq,
    name,
    version: `v${version}`,
    status: isOld ? "deprecated" : "active",
    ...(isOld ? { reason: "There is a newer one." } : {}),
    description: describe(random, version),
    tags: [domain, pick(random, verbs), pick(random, objects)],
    category: domain,
    complexity: pick(random, complexities),
    requiredSkills: [pick(random, skills), "local.memory.search"],
    requiredKatas: [],
    minRoninVersion: "1.0.0",
    ...(random() < 0.1 ? { maxRoninVersion: "1.0.9" } : {}),
    author: "Synthetic",
    license: "MIT",
    releaseDate: 1_760_000_000_000 + nameIndex,
    lastModified: 1_760_000_000_000 + nameIndex,
    sourceHash: sha256Hex(`source of ${name} v${version}`),
    sourceBytes: 400,
    compiledHash: sha256Hex(`graph of ${name} v${version}`),
    compiledWith: "1.1.1",
  };
}

/** Two words that other katas are named after, one rare word, and filling: about a hundred characters. */
function describe(random: Random, version: number): string {
  const filling = Array.from({ length: 8 }, () => pick(random, fillers)).join(" ");
  const rare = rareWord(Math.floor(random() * RARE_WORDS));
  const news = version > 2 ? ", now faster" : "";
  return `Can ${pick(random, verbs)} the ${pick(random, objects)} of ${rare} ${filling}${news}.`;
}
