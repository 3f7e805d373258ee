import { setTimeout as pause } from "node:timers/promises";
import type { EventsAPI } from "./contract/events.ts";
import type { AiAPI, AiOptions } from "./contract/services.ts";
import { messageOf } from "./log.ts";

/** Answers one attempt. Its rejections go through the host's rules for trying again. */
export type AiProvider = (
  prompt: string,
  options: AiOptions & { signal: AbortSignal },
) => Promise<string> | string;

export interface AiClientDeps {
  events: EventsAPI;
  /** Default: what the host meets where no model server runs, a refused connection. */
  provider?: AiProvider | undefined;
  /** Ends pauses and attempts when the host stops. */
  signal: AbortSignal;
  /** Each pause is twice the one before. In ms, default 1000. */
  firstPauseMs?: number;
}

/** The model behind a host: up to four attempts, with pauses of 1, 2 and 4 seconds between them. */
export function createAiClient(deps: AiClientDeps): AiAPI {
  const { events, provider = refuseConnection } = deps;
  return {
    async complete(prompt, options = {}) {
      const started = Date.now();
      const report = (success: boolean, error?: string): void => {
        const outcome = {
          type: "complete",
          model: options.model ?? "fast",
          duration: Date.now() - started,
          success,
        };
        events.emit("ai.completion", { ...outcome, error, timestamp: Date.now() }, "api.ai");
      };
      try {
        const text = await completeWithRetries(prompt, options, { ...deps, provider });
        report(true);
        return text;
      } catch (error) {
        report(false, messageOf(error));
        throw error;
      }
    },
    checkModel: async () => provider !== refuseConnection,
  };
}

async function completeWithRetries(
  prompt: string,
  options: AiOptions,
  { provider, signal, firstPauseMs = 1000 }: AiClientDeps & { provider: AiProvider },
): Promise<string> {
  const { retries = 3 } = options;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await completeOnce(prompt, options, provider, signal);
    } catch (error) {
      if (attempt >= retries || signal.aborted || POINTLESS.test(messageOf(error))) throw error;
    }
    await pause(firstPauseMs * 2 ** attempt, undefined, { signal });
  }
}

// Trying again cannot help against these; the host decides by the words of the message.
const POINTLESS = /not found|404|api key|401|403|forbidden|unauthorized|invalid/i;

function refuseConnection(): never {
  const message = "ECONNREFUSED: Unable to connect. Is the computer able to access the url?";
  throw Object.assign(new TypeError(message), { code: "ECONNREFUSED" });
}

// A provider that ignores its signal is left behind, not waited for.
async function completeOnce(
  prompt: string,
  options: AiOptions,
  provider: AiProvider,
  stopped: AbortSignal,
): Promise<string> {
  const aborter = new AbortController();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => {
    const error = new DOMException("The operation was aborted.", "AbortError");
    aborter.abort(error);
    aborted.reject(error);
  };
  const timer = setTimeout(abort, options.timeoutMs ?? 60_000);
  stopped.addEventListener("abort", abort);
  try {
    return await Promise.race([provider(prompt, { ...options, signal: aborter.signal }), aborted.promise]);
  } finally {
    clearTimeout(timer);
    stopped.removeEventListener("abort", abort);
  }
}
