import * as z from "zod";
import { InstallError } from "../errors.ts";
import { eventTable } from "../events.ts";
import { findMissing } from "../install/restore.ts";
import { chooseUpdates, type UpdateWish } from "../life/choose-updates.ts";
import { kataNameSchema, kataVersionSchema } from "../model/kata.ts";
import { parseInput } from "../registry/input.ts";
import { SOURCE } from "./decide.ts";
import type { DeskDeps } from "./deps.ts";
import { parseAddress } from "./installed.ts";
import { comesTrue, patiently } from "./patience.ts";

/** Takes a kata out, as `realms uninstall` does. @throws RegistryError `unknown_kata`, `host_changed`, `invalid_input` */
export async function uninstall(
  { registry, person }: Pick<DeskDeps, "registry" | "person">,
  given: { name: string; version: string },
): Promise<void> {
  const kata = parseAddress(given);
  await patiently(() => registry.removeHostKata(kata, person()));
}

/**
 * Asks the host to put back what it has lost, as `realms restore` does, and waits for that.
 *
 * @throws InstallError `host_unavailable` when some of it is still missing after a while
 */
export async function restore({
  registry,
  events,
  clock,
  person,
}: Pick<DeskDeps, "registry" | "events" | "clock" | "person">): Promise<void> {
  const lost = await patiently(() => findMissing(registry));
  if (lost.length === 0) return;
  const event = "kata.restore_requested";
  events.emit(event, eventTable[event].schema.parse({ requestedBy: person() }), SOURCE);
  const isBack = (): boolean =>
    lost.every((receipt) => registry.findHostKata(receipt.kataName, receipt.kataVersion) !== undefined);
  if (await comesTrue(isBack, clock)) return;
  throw new InstallError("host_unavailable", "Some of it is still missing. Ronin's log says why.");
}

/** What a person can say about the updates of a kata, each with what it takes. */
const updateWishes = {
  pin: z.object({}).transform((): UpdateWish => ({ isPinned: true })),
  unpin: z.object({}).transform((): UpdateWish => ({ isPinned: false })),
  skip: z.object({ version: kataVersionSchema }).transform(({ version }): UpdateWish => ({ skip: version })),
  unskip: z
    .object({ version: kataVersionSchema })
    .transform(({ version }): UpdateWish => ({ unskip: version })),
  // A form sends a text.
  wait: z
    .object({ days: z.coerce.number().int().min(0).max(365) })
    .transform(({ days }): UpdateWish => ({ minAgeDays: days })),
} as const;

export type UpdateWishName = keyof typeof updateWishes;

/** Remembers it, as `realms updates` does. @throws RegistryError `unknown_kata`, `invalid_input` */
export async function wish(
  { registry, person }: Pick<DeskDeps, "registry" | "person">,
  given: { name: string; wish: UpdateWishName },
  body: unknown,
): Promise<void> {
  const name = parseInput(kataNameSchema, given.name, ["name"]);
  const wanted = parseInput(updateWishes[given.wish], body);
  await patiently(() => chooseUpdates(registry, name, wanted, person()));
}
