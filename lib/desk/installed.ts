import { InstallError, RegistryError } from "../errors.ts";
import { offerContract } from "../install/contract.ts";
import { describeChange, describeUpdate, type UpdateDetails } from "../life/describe-update.ts";
import { findUpdates, type KataUpdate } from "../life/find-updates.ts";
import { findReceipted, type ReceiptedKata } from "../life/installed.ts";
import { findTrouble, type Trouble } from "../life/report-trouble.ts";
import { isIdle } from "../model/host-limits.ts";
import { kataNameSchema, kataVersionSchema, parseKataRef } from "../model/kata.ts";
import { LOCAL_REALM_ID } from "../model/realm.ts";
import { toPlainText, toVisibleText } from "../model/text.ts";
import { parseInput } from "../registry/input.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import type { DeskDeps } from "./deps.ts";
import { readMarks } from "./marks.ts";
import { patiently } from "./patience.ts";
import type { InstalledEntry, InstalledKataView, InstalledView, TroubleView, UpdateOffer } from "./shown.ts";
import { toReceiptView } from "./summaries.ts";

type InstalledDeps = Pick<DeskDeps, "registry" | "clock" | "host">;

/** What was installed by this pack and not taken out again. @throws RegistryBusyError */
export function readInstalled({ registry, clock }: InstalledDeps): Promise<InstalledView> {
  return patiently(() => {
    const toKata = createReader(registry, findUpdates(registry), clock.now());
    return {
      katas: findReceipted(registry)
        .filter(({ standing }) => standing !== "removed")
        .map(toKata),
      isIdle: isIdle(registry.roninVersion),
    };
  });
}

/**
 * One version that was ever installed, with its update, what depends on it, and its contract.
 *
 * @throws RegistryError `invalid_input`, `unknown_kata`, `registry_busy`
 */
export async function readInstalledKata(
  { registry, clock, host }: InstalledDeps,
  given: { name: string; version: string },
): Promise<InstalledKataView> {
  const kata = parseAddress(given);
  const contract = await offerContract(host, kata);
  return await patiently(() => {
    const found = findReceipted(registry).find(
      ({ receipt }) => receipt.kataName === kata.name && receipt.kataVersion === kata.version,
    );
    if (found === undefined) {
      throw new RegistryError("unknown_kata", `${kata.name} ${kata.version} was never installed here.`);
    }
    const { receipt, standing } = found;
    const updates = findUpdates(registry);
    const update = updates.find(({ installed }) => installed.receipt.id === receipt.id);
    const removal = registry.getRemovals().find(({ receiptId }) => receiptId === receipt.id);
    return {
      kata: createReader(registry, updates, clock.now())(found),
      receipt: toReceiptView(receipt, readMarks(registry)),
      update: update === undefined ? null : toUpdateView(registry, update),
      hasUpdates: receipt.fromRealm !== LOCAL_REALM_ID,
      dependants: toPlainDependants(registry.findDependants(kata.name, kata.version)),
      contract: standing === "intact" ? (contract ?? null) : null,
      isIdle: isIdle(registry.roninVersion),
      removed:
        standing === "removed" && removal !== undefined
          ? { at: removal.removedAt, by: toPlainText(removal.removedBy, 200) }
          : null,
    };
  });
}

/** A kata as an address of the page names it. @throws RegistryError `invalid_input` */
export function parseAddress(given: { name: string; version: string }): { name: string; version: string } {
  return {
    name: parseInput(kataNameSchema, given.name, ["name"]),
    version: parseInput(kataVersionSchema, given.version, ["version"]),
  };
}

/** Reads what all of them share once. */
function createReader(
  registry: RealmsRegistry,
  updates: readonly KataUpdate[],
  now: number,
): (one: ReceiptedKata) => InstalledEntry {
  const markOf = readMarks(registry);
  const troubles = findTrouble(registry);
  const pending = registry.getPendingRequests();
  return ({ receipt, standing }) => {
    const { kataName, kataVersion, fromRealm, installedAt, installedBy } = receipt;
    const update = updates.find(({ installed }) => installed.receipt.id === receipt.id);
    const proposal = pending.find(
      (request) =>
        request.fromRealm === fromRealm &&
        request.kataName === kataName &&
        request.kataVersion === update?.kata.version,
    );
    const { isPinned, skipped, minAgeDays } = registry.getUpdateChoice(kataName);
    return {
      name: toPlainText(kataName, 64),
      version: toPlainText(kataVersion, 10),
      realm: markOf(fromRealm),
      installedAt,
      installedBy: toPlainText(installedBy, 200),
      standing,
      troubles:
        standing === "intact"
          ? troubles
              .filter((one) => one.kataName === kataName && one.kataVersion === kataVersion)
              .map(toTroubleView)
          : [],
      update: update === undefined ? null : toOffer(registry, update, proposal?.id ?? null, now),
      choice: { isPinned, skipped, minAgeDays },
    };
  };
}

function toTroubleView({ kind, reason, replacedBy }: Trouble): TroubleView {
  const [realm = "", ref = ""] = replacedBy?.split(":") ?? [];
  const replacement = parseKataRef(ref);
  return {
    kind,
    reason: reason ?? null,
    replacedBy:
      replacedBy === undefined || replacement === undefined
        ? null
        : { qualifiedName: replacedBy, realm, ...replacement },
  };
}

function toOffer(
  registry: RealmsRegistry,
  update: KataUpdate,
  proposalId: string | null,
  now: number,
): UpdateOffer {
  const { kataVersion: version, changes, newSkills } = describeChange(registry, update);
  const waitsUntil = update.dueAt > now ? update.dueAt : null;
  return { version, changes: changes ?? null, newSkills, waitsUntil, proposalId };
}

function toUpdateView(registry: RealmsRegistry, update: KataUpdate): InstalledKataView["update"] {
  const { goneSkills, newKatas, installedVersion } = describeChange(registry, update);
  const diff = readDiff(registry, update);
  return {
    goneSkills,
    newKatas,
    diff:
      diff === undefined
        ? null
        : {
            against: installedVersion,
            lines: diff.map(({ kind, text }) => ({ kind, text: toVisibleText(text) })),
          },
  };
}

function readDiff(registry: RealmsRegistry, update: KataUpdate): UpdateDetails["diff"] {
  try {
    return describeUpdate(registry, update).diff;
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    // The kept source was damaged, which the update's proposal says. There is more on this page than its update.
    return undefined;
  }
}

const MAX_NAME_CHARS = 128;

/** They are rows of the host's own tables, where anybody may write. */
function toPlainDependants({
  katas,
  contracts,
  tasks,
}: ReturnType<RealmsRegistry["findDependants"]>): InstalledKataView["dependants"] {
  const plain = (text: string): string => toPlainText(text, MAX_NAME_CHARS);
  return {
    katas: katas.map(plain),
    contracts: contracts.map(plain),
    tasks: tasks.map(({ id, state }) => ({ id: plain(id), state: plain(state) })),
  };
}
