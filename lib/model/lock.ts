import * as z from "zod";
import { hashSchema, kataNameSchema, kataVersionSchema } from "./kata.ts";
import { MAX_LOCKED_KATAS } from "./lock-limits.ts";
import { realmFields } from "./realm.ts";

const lockedRealmSchema = z.strictObject({
  id: realmFields.id,
  /** Missing for katas that were created on the Ronin itself, and for a realm that it follows no more. */
  url: realmFields.url.optional(),
  /** SHA-256 of its first root, of a signed realm. */
  root: hashSchema.optional(),
});

const lockedKataSchema = z.strictObject({
  /** One of the document's realms. */
  realm: realmFields.id,
  name: kataNameSchema,
  version: kataVersionSchema,
  sourceHash: hashSchema,
  compiledHash: hashSchema,
});

/**
 * What is installed on a Ronin, so that another one can be made the same: the document that `realms lock` writes.
 * Realms come by id, katas by name and version; the same state gives the same document.
 */
export const kataLockSchema = z
  .strictObject({
    /** Of this document. */
    format: z.literal(1, "expected 1, the format that this version of the pack reads"),
    realms: z.array(lockedRealmSchema).max(MAX_LOCKED_KATAS),
    katas: z.array(lockedKataSchema).max(MAX_LOCKED_KATAS),
  })
  .superRefine(({ realms, katas }, context) => {
    const ids = new Set(realms.map(({ id }) => id));
    const refs = new Set<string>();
    for (const [position, { realm, name, version }] of katas.entries()) {
      const issue = (message: string) =>
        context.addIssue({ code: "custom", path: ["katas", position], message });
      if (!ids.has(realm)) issue(`its realm ${realm} is not among the realms`);
      if (refs.has(`${name}@${version}`)) issue(`${name}@${version} is listed twice`);
      refs.add(`${name}@${version}`);
    }
    if (ids.size < realms.length) {
      context.addIssue({ code: "custom", path: ["realms"], message: "a realm is listed twice" });
    }
  });

export type KataLock = z.output<typeof kataLockSchema>;
export type LockedKata = KataLock["katas"][number];
export type LockedRealm = KataLock["realms"][number];
