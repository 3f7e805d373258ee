import { reportCompatibility, supportsRonin } from "../model/compatibility.ts";
import { qualifiedName, statusOf } from "../model/kata.ts";
import type { Notice, RealmsRegistry } from "../registry/registry.ts";
import { retryBusy } from "../registry/retry.ts";
import type { LifeDeps } from "./deps.ts";
import { findInstalled } from "./installed.ts";

/** Why an installed version should not go on as it is. Nothing of it is ever done by itself. */
export interface Trouble {
  kind: "withdrawn" | "deprecated" | "incompatible";
  kataName: string;
  kataVersion: string;
  fromRealm: string;
  /** The realm's own, or what a person can do. */
  reason?: string;
  /** `acme:finance.audit@v3` */
  replacedBy?: string;
}

type TroubleDeps = Pick<RealmsRegistry, "getNewestReceipts" | "getHostKatas" | "findKata" | "roninVersion">;

/**
 * Installed versions that their realm has withdrawn or deprecated, or that this Ronin is no longer in the range
 * of, as the last sync left it.
 *
 * @throws RegistryError
 */
export function findTrouble(registry: TroubleDeps): Trouble[] {
  return findInstalled(registry).flatMap(({ receipt }) => {
    const { kataName, kataVersion, fromRealm } = receipt;
    const kata = registry.findKata(fromRealm, kataName, kataVersion);
    if (kata === undefined) return [];
    const named = { kataName, kataVersion, fromRealm };
    const status = statusOf(kata);
    const troubles: Trouble[] = [];
    if (status !== "active") {
      const { reason, replacedBy } = kata;
      troubles.push({
        kind: status,
        ...named,
        ...(reason ? { reason } : {}),
        ...(replacedBy ? { replacedBy } : {}),
      });
    }
    if (!supportsRonin(kata, registry.roninVersion)) {
      const { suggestions } = reportCompatibility({ ...kata, status: "active" }, registry);
      troubles.push({ kind: "incompatible", ...named, reason: suggestions.join(" ") });
    }
    return troubles;
  });
}

/**
 * Tells of each trouble once: `kata.withdrawn` for what a realm took back, `kata.incompatible` once for each Ronin
 * version that does not fit.
 *
 * @throws RegistryError
 */
export async function reportTrouble({ registry, bus, log }: LifeDeps): Promise<void> {
  for (const trouble of await retryBusy(() => findTrouble(registry))) {
    const { kind, kataName, kataVersion, fromRealm, reason, replacedBy } = trouble;
    const subject = kind === "incompatible" ? { subject: registry.roninVersion } : {};
    const notice: Notice = { kind, realmId: fromRealm, kataName, kataVersion, ...subject };
    if (!(await retryBusy(() => registry.takeTelling(notice)))) continue;
    const because = reason === undefined ? "" : `: ${reason}`;
    log.warn(`the installed ${qualifiedName(fromRealm, kataName, kataVersion)} is ${kind}${because}`);
    const named = { kataName, kataVersion, fromRealm };
    if (kind === "incompatible") {
      bus.emit("kata.incompatible", { ...named, roninVersion: registry.roninVersion, reason: reason ?? "" });
      continue;
    }
    bus.emit("kata.withdrawn", {
      ...named,
      status: kind,
      suggestion: `realms uninstall ${kataName}@${kataVersion}`,
      ...(reason ? { reason } : {}),
      ...(replacedBy ? { replacedBy } : {}),
    });
  }
}
