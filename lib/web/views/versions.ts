import type { VersionView } from "../view-models.ts";
import { day, mark } from "./bits.ts";
import { type Html, html } from "./html.ts";

/**
 * The versions as a list to choose one from, newest first. It is a form that asks for the same page with that
 * version, so it works without script; with script the choice is followed at once.
 */
export function versionList(action: string, versions: readonly VersionView[], selected: string): Html {
  return html`<div class="rail" id="versions" data-live="proposal realm"><form method="get" action="${action}" data-swaps="chosen">
<fieldset><legend>${versions.length === 1 ? "Version" : "Choose a version"}</legend>
${versions.map((one) => versionChoice(one, one.version === selected))}
</fieldset>
<noscript><p><button>Show this version</button></p></noscript>
</form></div>`;
}

function versionChoice(one: VersionView, isSelected: boolean): Html {
  const id = `version-${one.version}`;
  const checked = isSelected ? html` checked` : null;
  return html`<label class="version${one.isCompatible ? "" : " cannot"}">
<input type="radio" name="version" value="${one.version}" id="${id}"${checked}>
<span class="version-text">
<span class="version-name"><b>${one.version}</b><small>${versionMarks(one)}</small></span>
<small>${one.releasedAt === null ? "no date" : day(one.releasedAt)}${one.complexity === null ? null : html` · ${one.complexity}`}</small>
${whatIsNew(one)}
${one.isCompatible ? null : html`<small class="why">Cannot be installed here: ${whyNot(one)}</small>`}
</span></label>`;
}

function whatIsNew({ changes, description }: VersionView): Html | null {
  const text = changes ?? description;
  return text === null ? null : html`<small class="version-what">${text}</small>`;
}

function versionMarks({ isInstalled, isProposed, status }: VersionView): Html {
  return html`${isInstalled ? mark("installed", "good") : null}
${isProposed && !isInstalled ? mark("proposed", "plain") : null}
${status === "active" ? null : mark(status, "warn")}`;
}

/** Why a version cannot be approved, on one line: what to do about it rather than what was found. */
export function whyNot({ problem, reasons }: VersionView): string {
  if (reasons.length > 0) return reasons.join(" ");
  return problem?.message ?? "It does not fit this Ronin.";
}
