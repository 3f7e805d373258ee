import type { BrowseView, RealmMark, SearchHit, SearchQuery, Shell } from "../view-models.ts";
import { addresses } from "./addresses.ts";
import { empty, mark, realmWithTrust, tagList } from "./bits.ts";
import { type Html, html } from "./html.ts";
import { toDocument } from "./shell.ts";
import { count } from "./words.ts";

/** Search over all realms: a form that works by itself, and as you type where there is script. */
export function browsePage(shell: Shell, view: BrowseView): string {
  const main = html`<div class="head"><h1>Browse</h1></div>
${searchForm(view)}
<div id="results" class="stack" data-live="proposal realm">${results(view)}</div>`;
  return toDocument(shell, { title: "Browse", main });
}

const complexities = ["simple", "moderate", "complex"] as const;

function searchForm({ query, realms }: BrowseView): Html {
  return html`<form class="stack search" role="search" method="get" action="${addresses.browse}" data-swaps="results" data-as-typed>
<label class="field"><span>What should it do?</span><input type="search" name="text" value="${query.text}" maxlength="200" autocomplete="off" spellcheck="false" aria-describedby="found"></label>
<div class="form-grid">
<label class="field"><span>Realm</span><select name="realm"><option value="">all realms</option>${realms.map((realm) => realmOption(realm, query))}</select></label>
<label class="field"><span>Complexity</span><select name="complexity"><option value="">any</option>${complexities.map((one) => option(one, one, query.complexity))}</select></label>
<label class="field"><span>Tag</span><input name="tag" value="${query.tag ?? ""}" maxlength="40" autocomplete="off"></label>
<label class="check"><input type="checkbox" name="hasSkills" value="1"${query.hasSkills ? html` checked` : null}><span>Only with skills I have</span></label>
</div>
<noscript><button>Search</button></noscript>
</form>`;
}

export function realmOption({ id, name }: RealmMark, { realm }: Pick<SearchQuery, "realm">): Html {
  return option(id, name, realm);
}

export function option(value: string, label: string, selected: string | null): Html {
  return html`<option value="${value}"${value === selected ? html` selected` : null}>${label}</option>`;
}

function results(view: BrowseView): Html {
  const { results: hits, hasMore, indexedVersions } = view;
  const total = html`<p id="found" class="muted" data-said>${foundText(hits.length, hasMore)}</p>`;
  if (indexedVersions === 0) return html`${total}${nothingSynced}`;
  if (hits.length === 0) return html`${total}${nothingFound(view)}`;
  return html`${total}<ul class="list">${hits.map((hit) => html`<li>${hitItem(hit)}</li>`)}</ul>
${hasMore ? html`<p class="muted">There are more. Add a word or a filter to narrow them down.</p>` : null}`;
}

function foundText(found: number, hasMore: boolean): string {
  return hasMore ? `The first ${found} katas` : `${count(found, "kata")} found`;
}

const nothingSynced = empty(
  "No katas yet",
  html`No realm was synced so far. <a href="${addresses.realms}">Add or sync a realm</a>, and its katas can be found here.`,
);

function nothingFound({ query, indexedVersions }: BrowseView): Html {
  const isFiltered =
    query.realm !== null || query.tag !== null || query.complexity !== null || query.hasSkills;
  return empty(
    query.text.trim() === "" ? "No kata fits these filters" : `No kata for “${query.text}”`,
    `All ${count(indexedVersions, "version")} of your realms were searched.`,
    isFiltered
      ? html`<a href="${addresses.browse}?text=${encodeURIComponent(query.text)}">Search without the filters</a>`
      : "Try other words: names, tags and descriptions are searched.",
  );
}

function hitItem(hit: SearchHit): Html {
  const { realm, name, version, description, tags, missingSkills } = hit;
  return html`<article class="item">
<div class="head-row"><h2><a class="item-link" href="${addresses.kata(realm.id, name)}">${name}</a> <span class="muted">${version}</span></h2>
${hit.isInstalled ? mark("installed", "good") : hit.isCompatible ? null : mark("cannot be installed here", "warn")}</div>
${description === null ? null : html`<p>${description}</p>`}
<p class="row muted"><span>${realmWithTrust(realm)}</span><span>${hit.complexity}</span><span>${count(hit.versionCount, "version")}</span>${tagList(tags)}</p>
${missingSkills.length === 0 ? null : html`<p class="warn">Missing here: ${missingSkills.join(", ")}</p>`}
</article>`;
}
