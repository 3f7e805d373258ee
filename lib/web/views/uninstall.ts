import type { InstalledKataView } from "../view-models.ts";
import { addresses } from "./addresses.ts";
import { facts } from "./bits.ts";
import { type Html, html } from "./html.ts";

/** What depends on it stands before the question, and the question before the deed. */
export function uninstallSection({ kata, dependants }: InstalledKataView): Html {
  const { name, version } = kata;
  return html`<section class="stack" aria-labelledby="out"><h2 id="out">Take it out</h2>
${dependantList(dependants)}
<div class="buttons"><button type="button" class="danger" data-opens="uninstall">Take it out…</button></div>
<dialog id="uninstall" aria-labelledby="uninstall-title"><form class="stack" data-posts="${addresses.uninstall(name, version)}" data-then="refresh" data-says="Taken out.">
<h2 class="question" id="uninstall-title" tabindex="-1" autofocus>Take <code>${name}@${version}</code> out of this Ronin?</h2>
${dependantList(dependants)}
<p>Its source and receipts stay, and it can be installed again.</p><p role="alert"></p>
<div class="buttons"><button class="danger">Take it out</button><button type="button" data-closes>Cancel</button></div></form></dialog>
</section>`;
}

function dependantList({ katas, contracts, tasks }: InstalledKataView["dependants"]): Html {
  if (katas.length + contracts.length + tasks.length === 0) return html`<p>Nothing here depends on it.</p>`;
  return html`<p>What names it, and would not find it any more:</p>
${facts([
  ["Katas", katas.join(", ")],
  ["Contracts", contracts.join(", ")],
  ["Tasks", tasks.map(({ id, state }) => `${id} (${state})`).join(", ")],
])}`;
}
