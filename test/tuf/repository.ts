import { createHash } from "node:crypto";
import { stateOf } from "../../lib/trust/state.ts";
import type { TufRole } from "../../lib/trust/tuf-refusal.ts";
import { type RealmServer, startRealmServer } from "../support/realm-server.ts";
import { canonical, createKey, type Json, type TestKey } from "./keys.ts";

/** The time at which the tests play: what is signed expires 30 days later unless a test says otherwise. */
export const NOW = Date.parse("2026-11-22T06:00:00Z");
export const DAY_MS = 24 * 3_600_000;

export const ROLES: readonly TufRole[] = ["root", "targets", "snapshot", "timestamp"];

export interface RoleKeys {
  /** Listed for the role in the next root. */
  listed: TestKey[];
  threshold: number;
  /** What the role's next version is signed with, listed or not. */
  signers: TestKey[];
}

/**
 * A signed realm that really signs, on a real server. Change what it will say, then publish: each role gets its
 * next version, is named by the role before it, and lies on the server. The changes may be as wrong as a test
 * likes, and are signed all the same.
 */
export interface TestRepository extends AsyncDisposable {
  server: RealmServer;
  keys: Record<TufRole, RoleKeys>;
  /** The `signed` part that each role will publish next; its version is raised by publishing. */
  signed: Record<TufRole, Json>;
  /** Whether timestamp and snapshot name length and hash of what they vouch for. Default true. */
  usesHashes: boolean;
  /** Publishes these, or all four, in the order in which they vouch for each other. */
  publish(...roles: TufRole[]): void;
  /** The same without raising their versions. */
  republish(...roles: TufRole[]): void;
  /** Puts a pointer on the server and makes it the target; nothing is signed by it. */
  setPointer(changes?: Record<string, unknown>): void;
  /** Gives a role one new key in place of all it had. */
  rotateKeys(role: TufRole): void;
  /** What the role says now, signed, and not published. */
  sign(role: TufRole): Buffer;
  put(path: string, bytes: Buffer): void;
  /** A file as it lies on the server: `metadata/2.root.json`. */
  file(path: string): Buffer;
  /** All that lies on the server. */
  paths(): string[];
  /** Rewrites a file on the server without signing it again. */
  edit(path: string, change: (document: Json) => void): void;
  /** SHA-256 of the first root. */
  fingerprint(): string;
}

/** @param keys for roles that do not start with one fresh key */
export async function startRepository(
  keys: Partial<Record<TufRole, RoleKeys>> = {},
): Promise<TestRepository> {
  const server = await startRealmServer();
  const files = new Map<string, Buffer>();
  const published = new Set<TufRole>();
  const put = (path: string, bytes: Buffer): void => {
    files.set(path, bytes);
    server.set(path, bytes);
  };

  const repository: TestRepository = {
    server,
    keys: { root: oneKey(), targets: oneKey(), snapshot: oneKey(), timestamp: oneKey(), ...keys },
    signed: {
      root: signedPart("root", { consistent_snapshot: true }),
      targets: signedPart("targets", { targets: {} }),
      snapshot: signedPart("snapshot", { meta: {} }),
      timestamp: signedPart("timestamp", { meta: {} }),
    },
    usesHashes: true,
    publish(...roles) {
      for (const role of ordered(roles)) {
        if (published.has(role)) repository.signed[role].version += 1;
        published.add(role);
        repository.republish(role);
      }
    },
    republish(...roles) {
      for (const role of ordered(roles)) {
        if (role === "root") Object.assign(repository.signed.root, listKeys(repository));
        const bytes = repository.sign(role);
        const { version } = repository.signed[role];
        put(`metadata/${role === "timestamp" ? "timestamp" : `${version}.${role}`}.json`, bytes);
        const meta = {
          version,
          ...(repository.usesHashes ? { length: bytes.length, hashes: hashesOf(bytes) } : {}),
        };
        if (role === "targets") repository.signed.snapshot.meta["targets.json"] = meta;
        if (role === "snapshot") repository.signed.timestamp.meta["snapshot.json"] = meta;
      }
    },
    setPointer(changes = {}) {
      const bytes = Buffer.from(JSON.stringify({ ...emptyPointer(), ...changes }));
      const { sha256 } = hashesOf(bytes);
      put("realm.json", bytes);
      put(`${sha256}.realm.json`, bytes);
      repository.signed.targets.targets["realm.json"] = { length: bytes.length, hashes: { sha256 } };
    },
    rotateKeys(role) {
      repository.keys[role] = oneKey();
    },
    sign: (role) => sign(repository.signed[role], repository.keys[role].signers),
    put,
    file(path) {
      const bytes = files.get(path);
      if (bytes === undefined) throw new Error(`The repository has no ${path}.`);
      return bytes;
    },
    paths: () => [...files.keys()],
    edit(path, change) {
      const document = JSON.parse(repository.file(path).toString());
      change(document);
      put(path, Buffer.from(JSON.stringify(document)));
    },
    fingerprint: () => hashesOf(repository.file("metadata/1.root.json")).sha256,
    [Symbol.asyncDispose]: () => server.stop(),
  };
  repository.setPointer();
  repository.publish();
  return repository;
}

/** A pointer of an empty realm: its rows are for other tests. */
export function emptyPointer() {
  return {
    format: 1,
    realm: "acme",
    seq: 7,
    issued: "2026-11-22T05:00:00Z",
    rows: 0,
    state: stateOf(new Map()),
    base: [],
    deltas: [],
  };
}

export function toExpiry(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

function oneKey(): RoleKeys {
  const key = createKey();
  return { listed: [key], threshold: 1, signers: [key] };
}

function signedPart(type: TufRole, own: Record<string, unknown>): Json {
  return { _type: type, spec_version: "1.0.31", version: 1, expires: toExpiry(NOW + 30 * DAY_MS), ...own };
}

/** The order of TUF's own workflow backwards: what is named comes before what names it. */
function ordered(roles: readonly TufRole[]): readonly TufRole[] {
  return roles.length === 0 ? ROLES : ROLES.filter((role) => roles.includes(role));
}

function listKeys({ keys }: Pick<TestRepository, "keys">) {
  const all = ROLES.flatMap((role) => keys[role].listed);
  const roles = ROLES.map((role) => [
    role,
    { keyids: keys[role].listed.map(({ id }) => id), threshold: keys[role].threshold },
  ]);
  return {
    keys: Object.fromEntries(all.map(({ id, document }) => [id, document])),
    roles: Object.fromEntries(roles),
  };
}

function sign(signed: Json, signers: readonly TestKey[]): Buffer {
  const bytes = Buffer.from(canonical(signed));
  const signatures = signers.map((key) => ({ keyid: key.id, sig: key.sign(bytes) }));
  return Buffer.from(JSON.stringify({ signatures, signed }));
}

function hashesOf(bytes: Uint8Array): { sha256: string } {
  return { sha256: createHash("sha256").update(bytes).digest("hex") };
}
