import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type EmbeddedHost, startHost } from "../../lib/embedded-host/host.ts";
import type { HostOptions } from "../../lib/embedded-host/options.ts";

/** A home folder for one test, removed with every host that was started over it. */
export class TempHome implements AsyncDisposable {
  readonly path = mkdtempSync(join(tmpdir(), "ronin-embedded-"));
  readonly #hosts: EmbeddedHost[] = [];

  /** Writes a file below the home. Returns its absolute path. */
  write(file: string, text: string): string {
    const path = join(this.path, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  async start(options: Omit<HostOptions, "home"> = {}): Promise<EmbeddedHost> {
    const host = await startHost({ home: this.path, ...options });
    this.#hosts.push(host);
    return host;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const host of this.#hosts) await host.stop();
    rmSync(this.path, { recursive: true, force: true });
  }
}
