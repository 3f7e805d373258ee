import * as z from "zod";
import type { HostTool } from "../dojo/deps.ts";
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
  /** Those that a new kata may be made of, as they are when asked. None where the host lists none. */
  tools: () => HostTool[];
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
    const { KataParser, KataCompiler, KataRegistry, ContractParser, version } = await kataHost();
    return {
      version,
      parser: new KataParser(),
      compiler: new KataCompiler(),
      registry: new KataRegistry(api as never),
      ...(ContractParser === undefined ? {} : { ContractParser }),
    };
  });
  return {
    servesHttp: api.http !== undefined,
    hasSkill: (name) => api.tools === undefined || api.tools.has(name),
    tools: () => readTools(api.tools),
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

const toolSchema = z.object({
  // One word, so that it can write no statement of its own into a kata.
  name: z.string().regex(/^[\x21-\x7e]{1,128}$/),
  description: z.string().catch(""),
  riskLevel: z.enum(["low", "medium"]),
});

/**
 * What is marked as risky, or not marked, is for a person to write into a kata. Any agent may have registered a
 * tool, so each is parsed, and one that does not fit is left out.
 */
function readTools(tools: HostApi["tools"]): HostTool[] {
  return (tools?.list?.() ?? []).flatMap((tool) => toolSchema.safeParse(tool).data ?? []);
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
