import { supportsRonin } from "../../lib/model/compatibility.ts";
import { byVersionDescending, type RealmKataMetadata, statusOf } from "../../lib/model/kata.ts";
import { byRealmOrder, isBoundName, type Realm } from "../../lib/model/realm.ts";
import type { DiscoverOptions, KataDiscoveryResult } from "../../lib/registry/registry.ts";

/**
 * The specification of a search, written as plainly as possible and without a database: filter, group, match,
 * sort. The registry has to agree with it on whatever is indexed and asked.
 */
export function searchPlainly(
  realms: Realm[],
  index: Map<string, RealmKataMetadata[]>,
  query: string,
  realmIds: string[] | undefined,
  options: DiscoverOptions,
): KataDiscoveryResult[] {
  const words =
    query.trim() === "*"
      ? [""]
      : [
          ...new Set(
            query
              .toLowerCase()
              .split(/\s+/)
              .filter((word) => word !== ""),
          ),
        ];
  const found = realms
    .filter((realm) => realm.enabled && (realmIds?.includes(realm.id) ?? true))
    .flatMap((realm) => {
      const shown = (index.get(realm.id) ?? []).filter(
        (kata) => statusOf(kata) !== "withdrawn" && passes(kata, options),
      );
      const names = [...new Set(shown.map((kata) => kata.name))].filter((name) => {
        const owners = realms.filter((other) => isBoundName(name, other.names ?? []));
        return owners.length === 0 || owners.includes(realm);
      });
      return names.map((name) => {
        const versions = shown.filter((kata) => kata.name === name).sort(byVersionDescending);
        const places = words.map((word) => placeOf(word, versions)).filter((place) => place < 3);
        return { realm, name, versions, words: places.length, place: Math.min(...places) };
      });
    })
    .filter((hit) => hit.words > 0)
    .sort(
      (a, b) =>
        Number(b.name === query.trim().toLowerCase()) - Number(a.name === query.trim().toLowerCase()) ||
        b.words - a.words ||
        a.place - b.place ||
        Number(isActive(b.versions)) - Number(isActive(a.versions)) ||
        (a.name < b.name ? -1 : a.name > b.name ? 1 : 0) ||
        byRealmOrder(a.realm, b.realm),
    );
  const { offset = 0, limit = found.length } = options;
  return found.slice(offset, offset + limit).map(({ realm, name, versions }) => ({
    name,
    versions,
    fromRealm: realm.id,
    compatibleVersions: versions.filter((kata) => supportsRonin(kata, "1.1.1")),
  }));
}

function passes(
  kata: RealmKataMetadata,
  { complexity, category, skills = [], tags = [] }: DiscoverOptions,
): boolean {
  const own = kata.tags.map((tag) => tag.toLowerCase());
  return (
    (complexity === undefined || kata.complexity === complexity) &&
    (category === undefined || kata.category?.toLowerCase() === category.toLowerCase()) &&
    skills.every((skill) => kata.requiredSkills.includes(skill)) &&
    tags.every((tag) => own.includes(tag.toLowerCase()))
  );
}

function placeOf(word: string, versions: RealmKataMetadata[]): number {
  const has = (text: string) => text.toLowerCase().includes(word);
  if (versions.some((kata) => has(kata.name))) return 0;
  if (versions.some((kata) => kata.tags.some(has))) return 1;
  return versions.some((kata) => has(kata.description ?? "")) && word !== "" ? 2 : 3;
}

function isActive(versions: RealmKataMetadata[]): boolean {
  return versions.some((kata) => statusOf(kata) === "active");
}

export function summaryOf(result: KataDiscoveryResult): string {
  return `${result.fromRealm}:${result.name}@${result.versions.map((version) => version.version)}`;
}
