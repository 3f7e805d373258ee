import * as z from "zod";
import { RealmError, RegistryError } from "../errors.ts";
import { hashSchema } from "../model/kata.ts";
import { realmFields, realmSchema } from "../model/realm.ts";
import { parseInput } from "../registry/input.ts";
import { sha256Hex } from "../trust/digest.ts";
import type { DeskDeps } from "./deps.ts";
import { patiently } from "./patience.ts";
import type { RealmPreview } from "./shown.ts";

const PREVIEW_TTL_MS = 10 * 60_000;
const MAX_PREVIEWS = 20;
const FETCH_TIMEOUT_MS = 15_000;

type AddDeps = Pick<DeskDeps, "registry" | "clock" | "findFirstRoot">;

/** Adds a realm in two steps, so that a person sees its fingerprint before anything of it is trusted. */
export interface RealmAdder {
  /**
   * Asks the realm for its first root and nothing else. Stores nothing. An address without encryption is for this
   * machine, or for a realm whose fingerprint the person brings along: then it must show that very root.
   *
   * @throws RegistryError `invalid_input`; RealmError `root_mismatch`, and when it cannot be reached
   */
  preview(given: unknown): Promise<RealmPreview>;
  /**
   * Registers what was previewed. A signed realm is pinned to the fingerprint that the person confirmed: should
   * it show another root from now on, nothing is accepted from it.
   *
   * @returns its id
   * @throws RegistryError `invalid_input`
   */
  add(given: unknown): Promise<string>;
}

const previewSchema = z.object({
  id: realmFields.id,
  name: realmFields.name.optional(),
  url: realmFields.url,
  fingerprint: hashSchema.optional(),
});
const confirmSchema = z.object({ ticket: z.string().max(64), fingerprint: hashSchema.nullable() });

export function createRealmAdder({ registry, clock, findFirstRoot }: AddDeps): RealmAdder {
  const previews = new Map<string, { preview: RealmPreview; expiresAt: number }>();

  const assertFree = (id: string): Promise<void> =>
    patiently(() => {
      if (registry.findRealm(id) === undefined) return;
      throw new RegistryError("invalid_input", `id: there is a realm ${id} already`);
    });

  return {
    async preview(given) {
      const { id, name, url, fingerprint } = parseInput(previewSchema, given);
      const realm = { id, name: id, type: "custom", url, enabled: true };
      const pin = realmSchema.safeParse(realm).success ? undefined : fingerprint;
      // Again as a whole: an address without encryption is refused here where there is no pin.
      parseInput(realmSchema, { ...realm, root: pin });
      await assertFree(id);
      const root = await findFirstRoot({ id, url, root: pin }, AbortSignal.timeout(FETCH_TIMEOUT_MS));
      if (pin !== undefined) verifyPinned(root, pin);
      const signing: RealmPreview["signing"] =
        root === undefined ? { kind: "unsigned" } : { kind: "signed", fingerprint: sha256Hex(root) };
      const preview = { ticket: crypto.randomUUID(), id, name: name || id, url, signing };
      const [oldest] = previews.keys();
      if (previews.size >= MAX_PREVIEWS && oldest !== undefined) previews.delete(oldest);
      previews.set(preview.ticket, { preview, expiresAt: clock.now() + PREVIEW_TTL_MS });
      return preview;
    },

    async add(given) {
      const { ticket, fingerprint } = parseInput(confirmSchema, given);
      const found = previews.get(ticket);
      previews.delete(ticket);
      if (found === undefined || clock.now() >= found.expiresAt) {
        throw new RegistryError("invalid_input", "ticket: look at the realm again before it is added");
      }
      const { id, name, url, signing } = found.preview;
      const shown = signing.kind === "signed" ? signing.fingerprint : null;
      if (shown !== fingerprint) {
        throw new RegistryError("invalid_input", "fingerprint: it is not the one that the realm showed");
      }
      await assertFree(id);
      const pinned = shown === null ? {} : { root: shown };
      const realm = {
        id,
        name,
        type: "custom" as const,
        url,
        enabled: true,
        createdAt: clock.now(),
        ...pinned,
      };
      await patiently(() => registry.registerRealm(realm));
      return id;
    },
  };
}

/** What came without encryption is worth what the fingerprint is worth, and nothing else of it is shown. */
function verifyPinned(root: Uint8Array | undefined, pin: string): void {
  if (root !== undefined && sha256Hex(root) === pin) return;
  const found = root === undefined ? "shows no root" : `shows the root ${sha256Hex(root)}`;
  throw new RealmError(
    "root_mismatch",
    `The realm ${found}, not ${pin}. It was not added: ask its publisher which one is right.`,
  );
}
