import type { HostApi } from "../lib/host.ts";
import { attachRuntime } from "../lib/runtime/attach.ts";
import type { RealmsRuntime } from "../lib/runtime/runtime.ts";

/** Keeps the index of every enabled realm up to date, daily and whenever a scheduled run was missed. */
export default class RealmSyncAgent {
  static schedule = "0 6 * * *";
  private readonly runtime: RealmsRuntime;

  constructor(api: HostApi) {
    this.runtime = attachRuntime(api);
    this.runtime.startSync(RealmSyncAgent.schedule);
  }

  execute(): Promise<void> {
    return this.runtime.runScheduledSync();
  }
}
