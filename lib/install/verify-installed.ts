import { setImmediate as nextTurn } from "node:timers/promises";
import { RegistryError } from "../errors.ts";
import type { KataInstallReceipt } from "../model/install.ts";
import type { AlteredKata, KataDifference, Verification } from "../model/verification.ts";
import type { ChainedReceipt, HostKata, RealmsRegistry } from "../registry/registry.ts";
import { retryBusy } from "../registry/retry.ts";
import { sha256Hex } from "../trust/digest.ts";
import { type ChainHead, findBreaks } from "../trust/receipt-chain.ts";

/** Where the end of the chain of receipts is remembered: not in the database that holds them. */
export interface ReceiptHeads {
  /** Undefined when none was remembered yet; `unproven` when what is there was not written with the key. */
  read(): ChainHead | "unproven" | undefined;
}

export interface VerifyDeps {
  registry: Pick<RealmsRegistry, "getReceiptChain" | "findHostKata" | "getRemovals">;
  heads: ReceiptHeads;
  /** The running host's graph of a source, as the JSON that it stores; throws where there is none. Default: not compiled. */
  compile?: ((source: string) => string) | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Holds every installed kata against its newest receipt, and the receipts against each other. The host's own table
 * can be written by any of its agents, so a receipt says what was registered, and only this says that it still is.
 * It reads and changes nothing, and gives way to others between two katas.
 *
 * @throws RegistryBusyError when the host's file stayed locked; the signal's reason when aborted
 */
export async function verifyInstalled({
  registry,
  heads,
  compile,
  signal,
}: VerifyDeps): Promise<Verification> {
  // The end first: what is installed meanwhile only makes the chain longer.
  const head = heads.read();
  const receipts = await retryBusy(() => registry.getReceiptChain(), { signal });
  const newest = newestOf(receipts);
  const removals = await retryBusy(() => registry.getRemovals(), { signal });
  const takenOut = new Set(removals.map(({ receiptId }) => receiptId));
  const altered: AlteredKata[] = [];
  for (const receipt of newest) {
    signal?.throwIfAborted();
    const { kataName, kataVersion, fromRealm, id: receiptId } = receipt;
    const stored = await retryBusy(() => findStored(registry, receipt), { signal });
    // A person took it out, and that stands in the records.
    if (stored === undefined && takenOut.has(receiptId)) continue;
    const difference = compareStored(receipt, stored, compile);
    if (difference !== undefined) {
      altered.push({ kataName, kataVersion, fromRealm, receiptId, difference });
    }
    await nextTurn();
  }
  return {
    katas: newest.length,
    altered,
    ...checkReceipts(receipts, head),
    isHeadKnown: head !== undefined && head !== "unproven",
    isCompiled: compile !== undefined,
  };
}

/** The receipts by themselves. */
function checkReceipts(
  receipts: readonly ChainedReceipt[],
  head: ReturnType<ReceiptHeads["read"]>,
): Pick<Verification, "chained" | "older" | "broken"> {
  const chained = receipts.filter(({ position }) => position !== undefined).length;
  return {
    chained,
    older: receipts.length - chained,
    broken: [
      ...receipts.flatMap(({ id: receiptId, receipt }) =>
        receipt === undefined ? [{ problem: "receipt_unreadable" as const, receiptId }] : [],
      ),
      ...findBreaks(receipts, head === "unproven" ? undefined : head),
      ...(head === "unproven" ? [{ problem: "head_unproven" as const }] : []),
    ],
  };
}

/** One a kata and version: installed again, it has a newer receipt. */
function newestOf(receipts: readonly ChainedReceipt[]): KataInstallReceipt[] {
  const newest = new Map<string, KataInstallReceipt>();
  for (const { receipt } of receipts) {
    if (receipt !== undefined) newest.set(`${receipt.kataName}@${receipt.kataVersion}`, receipt);
  }
  return [...newest.values()];
}

function findStored(
  registry: VerifyDeps["registry"],
  { kataName, kataVersion }: KataInstallReceipt,
): HostKata | "unreadable" | undefined {
  try {
    return registry.findHostKata(kataName, kataVersion);
  } catch (error) {
    if (error instanceof RegistryError && error.code === "invalid_input") return "unreadable";
    throw error;
  }
}

function compareStored(
  receipt: KataInstallReceipt,
  stored: HostKata | "unreadable" | undefined,
  compile: VerifyDeps["compile"],
): KataDifference | undefined {
  if (stored === undefined) return "missing";
  if (stored === "unreadable") return "unreadable";
  if (sha256Hex(stored.source) !== receipt.sourceHash) return "source_changed";
  if (sha256Hex(stored.compiledGraph) !== receipt.compiledHash) return "graph_changed";
  if (compile === undefined) return undefined;
  try {
    return sha256Hex(compile(stored.source)) === receipt.compiledHash ? undefined : "compiles_otherwise";
  } catch {
    // The bytes are those of the receipt, so it is the compiler that changed: the answer is the same.
    return "compiles_otherwise";
  }
}
