import type { HostApi } from "../lib/host.ts";
import { attachRuntime } from "../lib/runtime/attach.ts";
import type { RealmsRuntime } from "../lib/runtime/runtime.ts";

/**
 * Hears `capability.missing`, proposes a kata from a realm, and installs it once a person approved
 * (`kata.user_approved`); the page where a person does is at `/dojo`. Its `execute` takes up interrupted installs and says what waits for a decision.
 */
export default class DojoAgent {
  private readonly runtime: RealmsRuntime;

  constructor(api: HostApi) {
    this.runtime = attachRuntime(api);
    this.runtime.startDojo();
    this.runtime.servePage(() => import("../lib/web/page.ts"));
  }

  execute(): Promise<void> {
    return this.runtime.reviewRequests();
  }
}
