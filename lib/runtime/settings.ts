import { isAbsolute } from "node:path";
import * as z from "zod";
import { SettingsError } from "../errors.ts";
import { LOCAL_REALM_ID, type Realm, realmFields, realmSchema } from "../model/realm.ts";

/** The `realms` section of the host's config file, after parsing. */
export interface Settings {
  /** Undefined: the default, which depends on whether the host serves HTTP. */
  approvals: "confirmed" | "event" | undefined;
  realms: Realm[];
  /** Names beside this machine's own under which the page answers, in lower case and without a port. */
  pageHosts: string[];
  /** A realm's folder that is served to other Ronins. Undefined: none is. */
  share: ShareSettings | undefined;
}

export interface ShareSettings {
  /** Absolute. */
  folder: string;
  /** Names under which it is served, beside this machine's own and its addresses; as {@link Settings.pageHosts}. */
  hosts: string[];
}

/**
 * Reads the settings field by field. A wrong field is reported with its path and the rest still works, but never
 * in a weaker form than was meant: a realm whose address, pin, name binding or credentials are wrong is left out
 * whole, and a wrong `approvals` means `confirmed`.
 */
export function readSettings(section: unknown): { settings: Settings; problems: SettingsError[] } {
  const problems: SettingsError[] = [];
  const settings: Settings = { approvals: undefined, realms: [], pageHosts: [], share: undefined };
  if (section === undefined || section === null) return { settings, problems };
  const parsed = z.record(z.string(), z.unknown()).safeParse(section);
  if (!parsed.success) {
    problems.push(new SettingsError("realms", "expected an object"));
    return { settings: { ...settings, approvals: "confirmed" }, problems };
  }
  const { approvals, realms, page, share, ...unknown } = parsed.data;
  reportUnknown(unknown, "realms", problems);
  settings.approvals = readApprovals(approvals, problems);
  settings.realms = readRealms(realms, problems);
  settings.pageHosts = readPageHosts(page, problems);
  settings.share = readShare(share, problems);
  return { settings, problems };
}

function readApprovals(value: unknown, problems: SettingsError[]): Settings["approvals"] {
  if (value === undefined) return undefined;
  const parsed = z.enum(["confirmed", "event"]).safeParse(value);
  if (parsed.success) return parsed.data;
  problems.push(
    new SettingsError("realms.approvals", 'expected "confirmed" or "event"; taken as "confirmed"'),
  );
  return "confirmed";
}

function readRealms(value: unknown, problems: SettingsError[]): Realm[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    problems.push(new SettingsError("realms.realms", "expected a list"));
    return [];
  }
  const realms = new Map<string, Realm>();
  for (const [position, entry] of value.entries()) {
    const path = `realms.realms[${position}]`;
    const realm = readRealm(entry, path, problems);
    if (realm === undefined) continue;
    if (realms.has(realm.id)) problems.push(new SettingsError(`${path}.id`, `${realm.id} is listed twice`));
    else realms.set(realm.id, realm);
  }
  return [...realms.values()];
}

const hostName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i, "expected a host name or address without a port")
  .transform((name) => name.toLowerCase());

/** A name too many lets another machine's page in, so what is not understood allows nothing. */
function readPageHosts(value: unknown, problems: SettingsError[]): string[] {
  if (value === undefined) return [];
  const parsed = z.strictObject({ hosts: z.array(z.unknown()).default([]) }).safeParse(value);
  if (!parsed.success) {
    problems.push(new SettingsError("realms.page", 'expected an object such as {"hosts": ["ronin.lan"]}'));
    return [];
  }
  return readHosts(parsed.data.hosts, "realms.page.hosts", problems);
}

const shareSchema = z.strictObject({
  folder: z.string().max(4096).refine(isAbsolute, "expected an absolute path"),
  hosts: z.array(z.unknown()).default([]),
});

/** Nothing is shared that was not asked for in so many words. */
function readShare(value: unknown, problems: SettingsError[]): ShareSettings | undefined {
  if (value === undefined) return undefined;
  const parsed = shareSchema.safeParse(value);
  if (parsed.success) {
    const { folder, hosts } = parsed.data;
    return { folder, hosts: readHosts(hosts, "realms.share.hosts", problems) };
  }
  for (const { path, message } of parsed.error.issues) {
    problems.push(new SettingsError(`realms.share${dotted(path)}`, `${message}; nothing is shared`));
  }
  return undefined;
}

function readHosts(names: readonly unknown[], path: string, problems: SettingsError[]): string[] {
  return names.flatMap((name, position) => {
    const host = hostName.safeParse(name);
    if (host.success) return [host.data];
    problems.push(new SettingsError(`${path}[${position}]`, host.error.issues[0]?.message ?? "unreadable"));
    return [];
  });
}

/** What a person can get wrong without the realm becoming another one: the default stands in. */
const harmless = new Set(["name", "cacheStrategy", "cacheTtl"]);
const known = new Set<string>(Object.keys(realmFields));

function readRealm(entry: unknown, path: string, problems: SettingsError[]): Realm | undefined {
  const parsed = z.record(z.string(), z.unknown()).safeParse(entry);
  if (!parsed.success) {
    problems.push(new SettingsError(path, "expected an object"));
    return undefined;
  }
  const fields: Record<string, unknown> = { type: "custom", enabled: true, ...parsed.data };
  const unknown = Object.fromEntries(Object.entries(fields).filter(([field]) => !known.has(field)));
  reportUnknown(unknown, path, problems);
  for (const field of harmless) dropWhenWrong(fields, field as keyof typeof realmFields, path, problems);

  if (fields.id === LOCAL_REALM_ID || fields.type === "local") {
    problems.push(
      new SettingsError(path, "the realm of this Ronin's own katas is always there and not set here"),
    );
    return undefined;
  }
  const realm = realmSchema.safeParse({ name: fields.id, ...fields, fromConfig: true });
  if (realm.success) return realm.data;
  for (const issue of realm.error.issues) {
    problems.push(
      new SettingsError(`${path}${dotted(issue.path)}`, `${issue.message}; the realm is left out`),
    );
  }
  return undefined;
}

function dropWhenWrong(
  fields: Record<string, unknown>,
  field: keyof typeof realmFields,
  path: string,
  problems: SettingsError[],
): void {
  if (fields[field] === undefined) return;
  const parsed = realmFields[field].safeParse(fields[field]);
  if (parsed.success) return;
  problems.push(
    new SettingsError(`${path}.${field}`, `${parsed.error.issues[0]?.message}; the default is used`),
  );
  delete fields[field];
}

function reportUnknown(fields: Record<string, unknown>, path: string, problems: SettingsError[]): void {
  for (const field of Object.keys(fields)) {
    problems.push(new SettingsError(`${path}.${field}`, "there is no such setting"));
  }
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
}
