import type { HostApi } from "../host.ts";
import { createRuntime, type RealmsRuntime } from "./runtime.ts";

const SLOT: unique symbol = Symbol.for("ronin-realms.runtime") as never;
type Holder = typeof globalThis & { [SLOT]?: RealmsRuntime };

/**
 * The one runtime of this process for this host. Agents are constructed many times (hot reload, duplicate
 * names), each time anew; what they attach to stays, and a runtime for another host is retired first.
 */
export function attachRuntime(api: HostApi): RealmsRuntime {
  const holder: Holder = globalThis;
  const current = holder[SLOT];
  if (current?.api === api) return current;
  void current?.retire();
  const runtime = createRuntime(api);
  holder[SLOT] = runtime;
  return runtime;
}
