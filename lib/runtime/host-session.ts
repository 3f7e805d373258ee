import { messageOf } from "../errors.ts";
import type { HostApi, KataHost } from "../host.ts";
import type { InstallHost } from "../install/deps.ts";
import type { Log } from "../log.ts";
import { findKataHost } from "./kata-host.ts";

/** The running host as the use cases see it. */
export interface HostSession {
  servesHttp: boolean;
  /** Exact look-up among the host's tools, made when asked: agents add tools after start. */
  hasSkill: (name: string) => boolean;
  kataHost: () => Promise<KataHost>;
  /** The classes made for this api, once: their constructor creates the host's table. */
  installHost: () => Promise<InstallHost>;
  /** The host's version; the one that this pack was made for when the host's classes cannot be found. */
  version: (log: Log) => Promise<string>;
}

const FALLBACK_VERSION = "1.1.1";

export function createHostSession(api: HostApi): HostSession {
  const kataHost = once(() => findKataHost(api));
  const installHost = once(async () => {
    const { KataParser, KataCompiler, KataRegistry, version } = await kataHost();
    return {
      version,
      parser: new KataParser(),
      compiler: new KataCompiler(),
      registry: new KataRegistry(api as never),
    };
  });
  return {
    servesHttp: api.http !== undefined,
    hasSkill: (name) => api.tools === undefined || api.tools.has(name),
    kataHost,
    installHost,
    async version(log) {
      try {
        return (await kataHost()).version;
      } catch (error) {
        log.error(`katas cannot be installed: ${messageOf(error)}`);
        return FALLBACK_VERSION;
      }
    },
  };
}

/** Remembers a success; a failure is tried again at the next call. */
function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
