import { LengthOrHashMismatchError, UnsignedMetadataError } from "@tufjs/models/dist/error.js";
import type { Updater } from "tuf-js";
import { BadVersionError, ExpiredMetadataError, RepositoryError } from "tuf-js/dist/error.js";
import { TrustedMetadataStore } from "tuf-js/dist/store.js";
import * as z from "zod";
import type { Refusal, TufRole } from "../trust/tuf-refusal.ts";

/** What the library's store decides, as it decides it. */
export interface WatchedStore {
  /** What the store refused and did not accept in another copy since, with the error that it threw. */
  refusal(): { refusal: Refusal; cause: unknown } | undefined;
}

/**
 * Gives the updater's store the time of this run in place of the machine's, and listens to what it refuses: the
 * updater turns half of that into text. The store is a private field, so anything but the expected one throws.
 *
 * @param now milliseconds since 1970
 */
export function watchStore(updater: Updater, now: number): WatchedStore {
  const store: unknown = Reflect.get(updater, "trustedSet");
  if (!(store instanceof TrustedMetadataStore) || !(Reflect.get(store, "referenceTime") instanceof Date)) {
    throw new TypeError("This version of tuf-js keeps its store or its time elsewhere.");
  }
  const time = new Date(now);
  Reflect.set(store, "referenceTime", time);

  let last: ReturnType<WatchedStore["refusal"]>;
  const watched = new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function" || !isStep(name)) return member;
      return (...args: unknown[]) => {
        // What it compares with must be read before: some steps change the store and then refuse.
        const asked = askedVersion(target, name);
        try {
          const result: unknown = Reflect.apply(member, target, args);
          // A cached copy that is refused is followed by the host's, and only that one counts then.
          last = undefined;
          return result;
        } catch (error) {
          last = {
            refusal: toRefusal(steps[name], error, args[0], asked, findExpired(target, time)),
            cause: error,
          };
          throw error;
        }
      };
    },
  });
  Reflect.set(updater, "trustedSet", watched);
  return { refusal: () => last };
}

/** What is wrong with the very first root, which the updater reads when it is made. */
export function toFirstRootRefusal(error: unknown): Refusal {
  return { role: "root", why: error instanceof UnsignedMetadataError ? "unsigned" : "malformed" };
}

const steps = {
  updateRoot: "root",
  updateTimestamp: "timestamp",
  updateSnapshot: "snapshot",
  updateDelegatedTargets: "targets",
} as const satisfies Record<string, TufRole>;

type Step = keyof typeof steps;

function isStep(name: string | symbol): name is Step {
  return typeof name === "string" && Object.hasOwn(steps, name);
}

function toRefusal(
  role: TufRole,
  error: unknown,
  bytes: unknown,
  asked: number | undefined,
  expired: TufRole | undefined,
): Refusal {
  // A step also refuses when a file before it has expired.
  if (error instanceof ExpiredMetadataError) return { role: expired ?? role, why: "expired" };
  if (error instanceof BadVersionError) return { role, why: "version", found: findVersion(bytes), asked };
  if (error instanceof UnsignedMetadataError) return { role, why: "unsigned" };
  if (error instanceof LengthOrHashMismatchError) return { role, why: "content" };
  // The one other thing it says of a snapshot: that a file was taken out of it.
  if (error instanceof RepositoryError && role === "snapshot") return { role, why: "version" };
  return { role, why: "malformed" };
}

function askedVersion(store: TrustedMetadataStore, step: Step): number | undefined {
  if (step === "updateRoot") return store.root.signed.version + 1;
  if (step === "updateSnapshot") return store.timestamp?.signed.snapshotMeta.version;
  if (step === "updateDelegatedTargets") return store.snapshot?.signed.meta["targets.json"]?.version;
  return undefined;
}

const versioned = z.object({ signed: z.object({ version: z.number() }) });

function findVersion(bytes: unknown): number | undefined {
  if (!(bytes instanceof Uint8Array)) return undefined;
  // It was parsed a moment ago, or there would be no version to complain about.
  const parsed = versioned.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
  return parsed.success ? parsed.data.signed.version : undefined;
}

function findExpired({ root, timestamp, snapshot }: TrustedMetadataStore, time: Date): TufRole | undefined {
  const loaded = { root, timestamp, snapshot };
  return (["root", "timestamp", "snapshot"] as const).find((role) => loaded[role]?.signed.isExpired(time));
}
