import { setImmediate as nextTurn } from "node:timers/promises";
import * as z from "zod";
import { RegistryError } from "../errors.ts";
import { kataNameSchema, kataVersionSchema } from "../model/kata.ts";
import { realmIdSchema } from "../model/realm.ts";
import { toPlainText } from "../model/text.ts";
import { parseInput } from "../registry/input.ts";
import type { KataDiscoveryResult, RealmsRegistry } from "../registry/registry.ts";
import { type ContentDeps, readContent } from "./content.ts";
import type { DeskDeps } from "./deps.ts";
import { readMarks, toMark } from "./marks.ts";
import { patiently } from "./patience.ts";
import type { BrowseView, KataView, SearchHit, SearchQuery, VersionView } from "./shown.ts";
import { readInstalledVersions, readVersionView, type VersionDeps } from "./versions.ts";

export const MAX_HITS = 20;
/** How many katas are looked at for those whose skills are all here. */
const MAX_SCANNED = 400;
const CHUNK = 50;
const MAX_VERSIONS = 200;

const querySchema = z.object({
  text: z.string().max(200).default(""),
  realm: realmIdSchema.nullable().default(null),
  tag: z
    .string()
    .max(40)
    .nullable()
    .default(null)
    .transform((tag) => (tag === null ? null : toPlainText(tag, 40) || null)),
  complexity: z.enum(["simple", "moderate", "complex"]).nullable().default(null),
  hasSkills: z.boolean().default(false),
});

/** Searches all enabled realms, at most {@link MAX_HITS} katas. @throws RegistryError `invalid_input`, `registry_busy` */
export function search(
  { registry, hasSkill }: Pick<DeskDeps, "registry" | "hasSkill">,
  given: unknown,
): Promise<BrowseView> {
  const query = parseInput(querySchema, given);
  return patiently(() => {
    const markOf = readMarks(registry);
    const found = find(registry, hasSkill, query);
    return {
      query,
      results: found.slice(0, MAX_HITS).map((one) => toHit(registry, hasSkill, one, markOf)),
      hasMore: found.length > MAX_HITS,
      realms: registry.getEnabledRealms().map(toMark),
      indexedVersions: registry.countVersions(),
    };
  });
}

/** One more than is shown, where there are more. */
function find(
  registry: RealmsRegistry,
  hasSkill: DeskDeps["hasSkill"],
  query: SearchQuery,
): KataDiscoveryResult[] {
  const words = query.text.trim() === "" ? "*" : query.text;
  const realmIds = query.realm === null ? undefined : [query.realm];
  const filters = {
    ...(query.complexity === null ? {} : { complexity: query.complexity }),
    ...(query.tag === null ? {} : { tags: [query.tag] }),
  };
  const page = (offset: number, limit: number) =>
    registry.discover(words, realmIds, { ...filters, offset, limit });
  if (!query.hasSkills) return page(0, MAX_HITS + 1);

  const usable: KataDiscoveryResult[] = [];
  for (let offset = 0; offset < MAX_SCANNED && usable.length <= MAX_HITS; offset += CHUNK) {
    const results = page(offset, CHUNK);
    usable.push(
      ...results.filter(({ versions }) => versions.some((kata) => kata.requiredSkills.every(hasSkill))),
    );
    if (results.length < CHUNK) break;
  }
  return usable.slice(0, MAX_HITS + 1);
}

function toHit(
  registry: RealmsRegistry,
  hasSkill: DeskDeps["hasSkill"],
  { name, fromRealm, versions, compatibleVersions }: KataDiscoveryResult,
  markOf: ReturnType<typeof readMarks>,
): SearchHit {
  const usable = compatibleVersions.find((kata) => kata.requiredSkills.every(hasSkill));
  const shown = usable ?? compatibleVersions[0] ?? versions[0];
  if (shown === undefined) throw new RegistryError("unknown_kata", `${name} has no version.`);
  return {
    realm: markOf(fromRealm),
    name,
    version: shown.version,
    description: shown.description ?? null,
    complexity: shown.complexity,
    tags: shown.tags,
    versionCount: versions.length,
    isInstalled: registry.findHostKata(name, shown.version) !== undefined,
    isCompatible: usable !== undefined,
    missingSkills: shown.requiredSkills.filter((skill) => !hasSkill(skill)),
  };
}

/**
 * A kata of one realm with all its versions, withdrawn ones too.
 *
 * @param version whose contents; default: the newest that can be installed here, else the newest
 * @throws RegistryError `invalid_input`, `unknown_kata`, `registry_busy`
 */
export async function readKata(
  deps: ContentDeps & VersionDeps,
  given: { realm: string; name: string },
  version: string | undefined,
): Promise<KataView> {
  const { registry } = deps;
  const realm = parseInput(realmIdSchema, given.realm, ["realm"]);
  const name = parseInput(kataNameSchema, given.name, ["name"]);
  const katas = await patiently(() => registry.getVersions(realm, name));
  if (katas.length === 0) throw new RegistryError("unknown_kata", `The realm ${realm} has no kata ${name}.`);

  const versions: VersionView[] = [];
  for (const kata of katas.slice(0, MAX_VERSIONS)) {
    const address = { fromRealm: realm, kataName: name, version: kata.version, offer: undefined };
    versions.push(await patiently(() => readVersionView(deps, { ...address, isProposed: false })));
    // A plan may have dozens of steps, and the host's event loop has others to serve.
    await nextTurn();
  }
  const proposed = versions.find(({ isCompatible }) => isCompatible) ?? versions[0];
  const selected = katas.find((kata) => kata.version === (version ?? proposed?.version)) ?? katas[0];
  return {
    ...(await patiently(() => ({
      realm: readMarks(registry)(realm),
      name,
      installedVersions: readInstalledVersions(registry, name),
      pendingProposalId: findPending(registry, realm, name),
    }))),
    versions: versions.map((one) => ({ ...one, isProposed: one === proposed })),
    selected:
      selected === undefined
        ? null
        : await readContent(deps, {
            realm,
            name,
            version: selected.version,
            kata: selected,
            sourceHash: selected.sourceHash,
            isKept: false,
          }),
  };
}

function findPending(registry: RealmsRegistry, realm: string, name: string): string | null {
  const pending = registry.getPendingRequests();
  return pending.find((one) => one.fromRealm === realm && one.kataName === name)?.id ?? null;
}

const installSchema = z.object({ version: kataVersionSchema.optional() });

/** Opens the proposal, or finds the one that waits. @throws RegistryError `invalid_input`, and as `Dojo.propose` */
export async function requestInstall(
  { propose }: Pick<DeskDeps, "propose">,
  given: { realm: string; name: string },
  body: unknown,
): Promise<{ proposalId: string }> {
  const realm = parseInput(realmIdSchema, given.realm, ["realm"]);
  const name = parseInput(kataNameSchema, given.name, ["name"]);
  const { version } = parseInput(installSchema, body);
  const request = await propose({ realm, name, ...(version === undefined ? {} : { version }) });
  return { proposalId: request.id };
}
