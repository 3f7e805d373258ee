import type { Bus } from "../bus.ts";
import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { qualifiedName } from "../model/kata.ts";
import type { Verification } from "../model/verification.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import { retryBusy } from "../registry/retry.ts";
import { type ChainHead, isContinued } from "../trust/receipt-chain.ts";
import { compileSource } from "./compile.ts";
import type { InstallDeps } from "./deps.ts";
import { type ReceiptHeads, verifyInstalled } from "./verify-installed.ts";

/** Less than a day, so that a sync a day looks each time. */
const LOOK_EVERY_MS = 20 * 3_600_000;
const isUuid = /^[0-9a-f-]{36}$/;

/** Watches over what is installed. */
export interface Guard {
  /** Remembers where the chain of receipts ends, after an install and at each start. Never rejects. */
  noteReceipts(): Promise<void>;
  /** Looks at everything installed, once a day however often it is called, and reports. Never rejects. */
  lookDaily(): Promise<void>;
  /** Breaks off a look that is under way, and takes no more. */
  stop(): Promise<void>;
}

export interface GuardDeps extends Pick<InstallDeps, "host"> {
  registry: RealmsRegistry;
  bus: Pick<Bus, "emit">;
  log: Log;
  clock: Clock;
  heads: ReceiptHeads & { write(head: ChainHead): void };
}

export function createGuard(deps: GuardDeps): Guard {
  const { registry, log, clock, heads } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> = Promise.resolve();

  const noteReceipts = async (): Promise<void> => {
    // The end first: what is written meanwhile only makes the chain longer.
    const head = heads.read();
    if (head === "unproven") return;
    const receipts = await retryBusy(() => registry.getReceiptChain(head?.position));
    const last = receipts.at(-1);
    if (last?.position === undefined || last.hash === head?.hash) return;
    // Remembering a broken chain's end would end the alarm.
    if (!isContinued(receipts, head)) return;
    heads.write({ position: last.position, hash: last.hash });
  };

  const look = async (): Promise<void> => {
    const now = clock.now();
    // Below zero the clock was turned back, and nothing is known of when it was.
    if (now - lookedAt >= 0 && now - lookedAt < LOOK_EVERY_MS) return;
    const compile = await findCompile(deps);
    report(deps, await verifyInstalled({ registry, heads, compile, signal }));
    lookedAt = now;
    await noteReceipts();
  };

  const guarded = (what: string, act: () => Promise<void>) => async (): Promise<void> => {
    try {
      if (!signal.aborted) await act();
    } catch (error) {
      if (!signal.aborted) log.warn(`${what}: ${messageOf(error)}`);
    }
  };
  const lookOnce = guarded("what is installed could not be verified", look);
  return {
    noteReceipts: guarded("the end of the receipts was not remembered", noteReceipts),
    lookDaily() {
      looking = looking.then(lookOnce);
      return looking;
    },
    async stop() {
      stopping.abort(new Error("the pack is stopping"));
      await looking;
    },
  };
}

/** Undefined where the host's classes cannot be found: then the bytes are compared all the same. */
async function findCompile(deps: GuardDeps): Promise<((source: string) => string) | undefined> {
  try {
    const host = await deps.host();
    return (source) => JSON.stringify(compileSource(host, source));
  } catch (error) {
    deps.log.warn(`installed katas are not compiled again: ${messageOf(error)}`);
    return undefined;
  }
}

function report({ bus, log }: GuardDeps, { altered, broken }: Verification): void {
  for (const kata of altered) {
    const label = qualifiedName(kata.fromRealm, kata.kataName, kata.kataVersion);
    log.error(`${label} is not what was installed, ${kata.difference}; see: realms verify`);
    bus.emit("kata.altered", kata);
  }
  for (const { problem, receiptId = "" } of broken) {
    log.error(`the receipts do not fit together, ${problem}; see: realms verify`);
    // An id that was edited is anything at all; it must not keep the event from going out.
    bus.emit("receipts.altered", isUuid.test(receiptId) ? { problem, receiptId } : { problem });
  }
}
