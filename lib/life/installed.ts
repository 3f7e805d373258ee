import type { KataInstallReceipt } from "../model/install.ts";
import { byVersionDescending } from "../model/kata.ts";
import type { HostKata, RealmsRegistry } from "../registry/registry.ts";
import { sha256Hex } from "../trust/digest.ts";

/** A kata that this pack registered and that stands in the host's table with the bytes of its receipt. */
export interface InstalledKata {
  receipt: KataInstallReceipt;
  source: string;
}

type InstalledDeps = Pick<RealmsRegistry, "getNewestReceipts" | "getHostKatas">;

/**
 * Every version that has a receipt and still stands, each with its newest receipt, by name and newest version
 * first. What the host has of the same name with other bytes is somebody else's.
 */
export function findInstalled(registry: InstalledDeps): InstalledKata[] {
  const onHost = new Map(registry.getHostKatas().map((kata) => [refOf(kata.name, kata.version), kata]));
  const byRef = new Map<string, InstalledKata>();
  for (const receipt of registry.getNewestReceipts()) {
    const ref = refOf(receipt.kataName, receipt.kataVersion);
    const kata = onHost.get(ref);
    if (kata !== undefined && !byRef.has(ref) && isOf(receipt, kata)) {
      byRef.set(ref, { receipt, source: kata.source });
    }
  }
  return [...byRef.values()].sort(byName);
}

/** A version that has a receipt, and what became of it on the host. */
export interface ReceiptedKata {
  receipt: KataInstallReceipt;
  /**
   * `intact`: it stands with the bytes of the receipt. `altered`: with others. `lost`: the host has none any more.
   * `removed`: a person took it out.
   */
  standing: "intact" | "altered" | "lost" | "removed";
}

/** Every version that has a receipt, whatever became of it, by name and newest version first. */
export function findReceipted(
  registry: Pick<RealmsRegistry, "getNewestReceipts" | "getHostKatas" | "getRemovals">,
): ReceiptedKata[] {
  const byRef = new Map<string, ReceiptedKata>();
  for (const { receipt } of findInstalled(registry)) {
    byRef.set(refOf(receipt.kataName, receipt.kataVersion), { receipt, standing: "intact" });
  }
  const onHost = new Set(registry.getHostKatas().map(({ name, version }) => refOf(name, version)));
  const removed = new Set(registry.getRemovals().map(({ receiptId }) => receiptId));
  for (const receipt of registry.getNewestReceipts()) {
    const ref = refOf(receipt.kataName, receipt.kataVersion);
    if (byRef.has(ref)) continue;
    const standing = removed.has(receipt.id) ? "removed" : onHost.has(ref) ? "altered" : "lost";
    byRef.set(ref, { receipt, standing });
  }
  return [...byRef.values()].sort(byName);
}

function isOf(receipt: KataInstallReceipt, kata: HostKata): boolean {
  return sha256Hex(kata.source) === receipt.sourceHash;
}

function refOf(name: string, version: string): string {
  return `${name}@${version}`;
}

type Receipted = Pick<ReceiptedKata, "receipt">;

function byName({ receipt: a }: Receipted, { receipt: b }: Receipted): number {
  if (a.kataName !== b.kataName) return a.kataName < b.kataName ? -1 : 1;
  return byVersionDescending({ version: a.kataVersion }, { version: b.kataVersion });
}
