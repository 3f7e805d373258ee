import type { BrowseView, SearchHit } from "../desk/shown.ts";
import { toPlainText } from "../model/text.ts";
import { countOf, toFields } from "./format.ts";
import type { Line } from "./print.ts";

/** What a search found, and how to go on. */
export function toSearchLines({ query, results, hasMore, indexedVersions }: BrowseView): Line[] {
  const [first] = results;
  if (first === undefined) {
    return [
      query.text === "" ? "No kata was found." : `No kata was found for ${quoted(query.text)}.`,
      indexedVersions === 0
        ? "No realm was synced yet:  realms sync"
        : `${countOf(indexedVersions, "version was", "versions were")} searched. Try fewer or other words.`,
    ];
  }
  return [
    `${countOf(results.length, "kata", "katas")}${hasMore ? ", and more: narrow the search" : ""}.`,
    ...results.flatMap((hit) => ["", ...toHitLines(hit)]),
    "",
    `Look closer:  realms show ${first.realm.id}:${first.name}`,
    `Install:      realms install ${first.realm.id}:${first.name}`,
  ];
}

function toHitLines(hit: SearchHit): Line[] {
  const { realm, name, version, versionCount, missingSkills } = hit;
  const marks = [
    ...(hit.isInstalled ? ["installed"] : []),
    ...(realm.trust === "stale" ? ["its realm's signatures have expired"] : []),
    ...(hit.isCompatible ? [] : ["cannot be installed here"]),
  ];
  const label = `${realm.id}:${name}@${version}`;
  return [
    { text: marks.length === 0 ? label : `${label} (${marks.join(", ")})`, style: "strong" },
    ...toFields([
      ["about", hit.description ?? undefined],
      ["complexity", hit.complexity],
      ["tags", hit.tags.join(", ")],
      ["missing", missingSkills],
      ["versions", versionCount > 1 ? `${versionCount}` : undefined],
    ]),
  ];
}

function quoted(text: string): string {
  return JSON.stringify(toPlainText(text, 160));
}
