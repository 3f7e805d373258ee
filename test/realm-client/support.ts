import { expect } from "bun:test";
import { RealmError, type RealmErrorCode } from "../../lib/errors.ts";
import {
  createRealmClient,
  type Fetch,
  type RealmAddress,
  type RealmClientOptions,
} from "../../lib/realm-client/client.ts";
import type { RealmServer } from "../support/realm-server.ts";

/** A row with no more than the guide's `RealmKataMetadata` asks for. */
export function row(overrides: Record<string, unknown> = {}) {
  return {
    name: "finance.audit",
    version: "v2",
    requiredSkills: ["mail.search"],
    tags: ["finance", "audit"],
    complexity: "moderate" as const,
    sourceHash: "a".repeat(64),
    compiledHash: "b".repeat(64),
    ...overrides,
  };
}

/** `realm.json` in its one-file form. */
export function realmJson(overrides: Record<string, unknown> = {}) {
  return { format: 1, realm: "acme", name: "Acme katas", seq: 7, katas: [row()], ...overrides };
}

/** The realm `acme` at the server, without a key. */
export function acme(server: { url: string }, overrides: Partial<RealmAddress> = {}): RealmAddress {
  return { id: "acme", url: server.url, ...overrides };
}

/** Fetches the index of `acme` with nothing known before. */
export function fetchPointer(
  server: { url: string },
  options: RealmClientOptions = {},
  realm = acme(server),
) {
  return createRealmClient(options).fetchPointer(realm, {});
}

/** The refusal, after asserting its class and code. */
export async function refusal(work: Promise<unknown>, code: RealmErrorCode): Promise<RealmError> {
  const error = await work.then(
    () => new Error("It was not refused."),
    (reason: unknown) => reason,
  );
  if (!(error instanceof RealmError)) throw error;
  expect(error.code).toBe(code);
  return error;
}

/** The same for a fetch from `server`, which must be left with no open connection. */
export async function refusalBy(
  server: RealmServer,
  work: Promise<unknown>,
  code: RealmErrorCode,
): Promise<RealmError> {
  const error = await refusal(work, code);
  await server.allClosed();
  return error;
}

/** A fetch for which `https://<host>` is a local server, so that public names can be tested. */
export function routeTo(hosts: Record<string, { url: string }>): Fetch {
  return (url, init) => {
    const server = hosts[url.host];
    if (server === undefined) throw new Error(`No server stands for ${url.host}.`);
    return fetch(new URL(url.pathname, server.url), init);
  };
}

/** A resolver that knows these names only. */
export function resolveFrom(names: Record<string, string[]>): (hostname: string) => Promise<string[]> {
  return async (hostname) => {
    const addresses = names[hostname];
    if (addresses === undefined) throw Object.assign(new Error("unknown name"), { code: "ENOTFOUND" });
    return addresses;
  };
}

/**
 * The real fetch, but no answer is ever garbage: collecting an unread one closes its connection after a while,
 * which would hide that nobody else did.
 */
export function createHoldingFetch(): Fetch {
  const held: Response[] = [];
  return async (url, init) => {
    const response = await fetch(url, init);
    held.push(response);
    return response;
  };
}
