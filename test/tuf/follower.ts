import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RealmError } from "../../lib/errors.ts";
import {
  createRealmClient,
  type RealmAddress,
  type RealmClientOptions,
} from "../../lib/realm-client/client.ts";
import { fetchSignedPointer, type SignedPointer } from "../../lib/realm-client/tuf.ts";
import type { SignedState } from "../../lib/trust/signed-state.ts";
import { raiseTrust, type SignedTrust } from "../../lib/trust/trust-level.ts";
import { codeOfAsync } from "../support/throws.ts";
import { NOW, type TestRepository } from "./repository.ts";

/** One host that follows a signed realm: its cache on disk, what its registry remembers, and its clock. */
export interface Follower extends Disposable {
  metadataDir: string;
  /** As the registry would keep it. */
  known: SignedTrust | undefined;
  now: number;
  realm: RealmAddress;
  /** Bytes of the first root that were fetched before. */
  firstRoot: Uint8Array | undefined;
  refresh(signal?: AbortSignal): Promise<SignedPointer>;
  /** The code that a refresh is refused with; fails the test when it is not refused. */
  refusal(): Promise<string>;
  /** Versions of what the cache holds. */
  trusted(): Partial<Record<"root" | "timestamp" | "snapshot" | "targets", number>>;
  /** Requests since the last call, without the leading slash. */
  asked(): string[];
  /** Takes the registry's floor away, and leaves it what it needs to trust the cache. */
  forgetFloor(): void;
  /** Loses the cache, all of it or some files. */
  lose(...files: string[]): void;
}

export function follow(repository: TestRepository, options: RealmClientOptions = {}): Follower {
  const folder = mkdtempSync(join(tmpdir(), "realms-tuf-"));
  const client = createRealmClient(options);
  const follower: Follower = {
    metadataDir: join(folder, "acme"),
    known: undefined,
    now: NOW,
    firstRoot: undefined,
    realm: { id: "acme", url: repository.server.url, root: repository.fingerprint() },
    async refresh(signal) {
      const known: SignedState | undefined = follower.known;
      const found = await fetchSignedPointer({
        ...follower,
        known,
        fetchBounded: client.fetchBounded,
        signal,
      });
      const { pointer: _, pointerBytes: __, ...seen } = found;
      const raised = raiseTrust(follower.known, seen);
      if (raised.trust === "unsigned") throw new Error("A signed pointer was remembered as unsigned.");
      follower.known = raised;
      return found;
    },
    refusal: () => codeOfAsync(() => follower.refresh(), RealmError),
    trusted() {
      const found = (["root", "timestamp", "snapshot", "targets"] as const).flatMap((role) => {
        const version = readVersion(join(follower.metadataDir, `${role}.json`));
        return version === undefined ? [] : [[role, version]];
      });
      return Object.fromEntries(found);
    },
    asked: () => repository.server.requests.splice(0).map(({ path }) => path.slice(1)),
    forgetFloor() {
      const lowest = { root: 1, timestamp: 1, snapshot: 1, targets: 1 };
      if (follower.known !== undefined) follower.known = { ...follower.known, versions: lowest, seq: 0 };
    },
    lose(...files) {
      if (files.length === 0) rmSync(follower.metadataDir, { recursive: true, force: true });
      for (const file of files) rmSync(join(follower.metadataDir, file), { force: true });
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
  return follower;
}

function readVersion(path: string): number | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")).signed.version;
  } catch {
    // Not there.
    return undefined;
  }
}
