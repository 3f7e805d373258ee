import { kataNameSchema, kataVersionSchema } from "../model/kata.ts";
import { LOCAL_REALM_ID, realmIdSchema } from "../model/realm.ts";
import { toPlainText } from "../model/text.ts";
import { CommandError } from "./command-error.ts";
import type { CommandDesk } from "./desk/command-desk.ts";

/** `[realm:]name[@version]` as a person writes it. */
export interface KataAddress {
  realm: string | undefined;
  name: string;
  version: string | undefined;
}

/** Undefined for what cannot be one. */
export function parseKataAddress(text: string): KataAddress | undefined {
  const [, realm, name = "", version] = /^(?:([^:@]+):)?([^:@]+)(?:@([^:@]+))?$/.exec(text) ?? [];
  const isOne =
    kataNameSchema.safeParse(name).success &&
    (realm === undefined || realmIdSchema.safeParse(realm).success) &&
    (version === undefined || kataVersionSchema.safeParse(version).success);
  return isOne ? { realm, name, version } : undefined;
}

/**
 * The one kata that is meant. A name that two realms have is nobody's to choose: a public realm must not step in
 * for a private one. What this Ronin has itself is a copy of what some realm has, and meant only where none does.
 *
 * @throws CommandError `usage`, `unknown_kata`, `ambiguous_kata` naming each of them
 */
export async function findKata(
  desk: Pick<CommandDesk, "search">,
  given: string,
): Promise<{ realm: string; name: string; version: string | undefined }> {
  const address = parseKataAddress(given);
  if (address === undefined) {
    throw new CommandError(
      "usage",
      `${shown(given)} is no kata. Expected [realm:]name[@version], such as acme:finance.audit@v2.`,
    );
  }
  const { realm, name, version } = address;
  if (realm !== undefined) return { realm, name, version };
  const { results } = await desk.search({ text: name });
  const having = results.filter((hit) => hit.name === name).map((hit) => hit.realm.id);
  const others = having.filter((id) => id !== LOCAL_REALM_ID);
  const realms = others.length === 0 ? having : others;
  const [only] = realms;
  if (only === undefined) {
    throw new CommandError(
      "unknown_kata",
      `No enabled realm has a kata ${name}.\nLook for others:  realms search ${name.split(".").at(-1)}`,
    );
  }
  if (realms.length === 1) return { realm: only, name, version };
  const suffix = version === undefined ? "" : `@${version}`;
  throw new CommandError(
    "ambiguous_kata",
    [
      `Several realms have a kata ${name}. Say which:`,
      ...realms.map((id) => `  ${id}:${name}${suffix}`),
    ].join("\n"),
  );
}

function shown(text: string): string {
  return JSON.stringify(toPlainText(text, 160));
}
