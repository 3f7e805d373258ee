import type { PackedRealm, PackRow } from "../model/wire.ts";

/** Stands in every page that a build writes, so that one made by hand is never overwritten. */
export const BROWSE_MARK = "Made by realms build";

/** A page of a hundred thousand katas helps nobody. */
const MAX_LISTED = 2000;

/**
 * A page that lists what a realm holds: one file, no script, nothing loaded from elsewhere. Every text of a row
 * is escaped, because an author wrote it and a browser would obey it.
 *
 * @param rows in publishing order
 */
export function toBrowsePage(pointer: PackedRealm, rows: readonly PackRow[]): string {
  const katas = groupByName(rows);
  const listed = katas.slice(0, MAX_LISTED);
  const title = escapeHtml(pointer.name ?? pointer.realm);
  return `<!doctype html>
<!-- ${BROWSE_MARK} -->
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #ddd }
code { font-size: .9em }
.gone { color: #8a1c1c }
</style>
</head>
<body>
<h1>${title}</h1>
${pointer.notice === undefined || pointer.notice === "" ? "" : `<p><strong>${escapeHtml(pointer.notice)}</strong></p>\n`}<p>A realm of katas for Ronin: <code>${escapeHtml(pointer.realm)}</code>, ${katas.length} katas in ${pointer.rows} versions, publish ${pointer.seq} of ${escapeHtml(pointer.issued)}.</p>
<table>
<thead><tr><th>Kata</th><th>What it does</th><th>Versions</th></tr></thead>
<tbody>
${listed.map(toTableRow).join("\n")}
</tbody>
</table>
${katas.length > listed.length ? `<p>And ${katas.length - listed.length} more.</p>\n` : ""}</body>
</html>
`;
}

/** Versions of one name, newest first. */
function groupByName(rows: readonly PackRow[]): PackRow[][] {
  const katas = new Map<string, PackRow[]>();
  for (const row of rows) {
    const versions = katas.get(row.name);
    if (versions === undefined) katas.set(row.name, [row]);
    else versions.unshift(row);
  }
  return [...katas.values()];
}

function toTableRow(versions: readonly PackRow[]): string {
  const shown = versions.find(({ status }) => status === "active") ?? versions[0];
  const tags = shown?.tags.length ? `<br><small>${escapeHtml(shown.tags.join(", "))}</small>` : "";
  return `<tr><td><code>${escapeHtml(shown?.name ?? "")}</code></td><td>${escapeHtml(shown?.description ?? "")}${tags}</td><td>${versions.map(toVersion).join("<br>")}</td></tr>`;
}

/** Linked by hash, which is hex and cannot lead anywhere else. */
function toVersion({ version, status, reason, sourceHash }: PackRow): string {
  const link = `<a href="katas/${sourceHash}.kata">${escapeHtml(version)}</a>`;
  if (status === "active") return link;
  return `${link} <span class="gone">${status}${reason === undefined ? "" : `: ${escapeHtml(reason)}`}</span>`;
}

/** Text for an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
