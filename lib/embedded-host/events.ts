import type { EventHandler, EventsAPI, RegisteredEvent } from "./contract/events.ts";
import { type Log, messageOf } from "./log.ts";

/**
 * The event bus with the host's manners: synchronous, data only, the same object for every handler. A set of
 * handlers, so that one function registered twice runs once and one added during an emit still runs in it.
 */
export class EventBus implements EventsAPI {
  readonly #handlers = new Map<string, Set<EventHandler>>();
  readonly #log: Log;
  #requests = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  emit(event: string, data: unknown, source: string): void {
    if (typeof source !== "string" || source === "") {
      throw new Error(
        `EventsAPI.emit() requires source parameter. Usage: emit("${event}", data, "agent-name")`,
      );
    }
    this.#dispatch(event, data);
    // The host shows every event to its monitor after the handlers ran, mutated as they left it.
    this.beam("event-monitor", "capture", { timestamp: Date.now(), type: event, source, payload: data });
  }

  on(event: string, handler: EventHandler): void {
    const handlers = this.#handlers.get(event);
    if (handlers) handlers.add(handler);
    else this.#handlers.set(event, new Set([handler]));
  }

  off(event: string, handler: EventHandler): void {
    const handlers = this.#handlers.get(event);
    handlers?.delete(handler);
    if (handlers?.size === 0) this.#handlers.delete(event);
  }

  removeAllListeners(event?: string): void {
    if (event === undefined) this.#handlers.clear();
    else this.#handlers.delete(event);
  }

  beam(targets: string | string[], type: string, payload: unknown): void {
    for (const target of [targets].flat()) this.#dispatch(`target:${target}:${type}`, payload);
  }

  query(targets: string | string[], type: string, payload: unknown, timeout = 5000): Promise<unknown> {
    const requestId = `req-${this.#requests}`;
    this.#requests += 1;
    const response = `response:${requestId}`;
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        this.off(response, onReply);
        finish();
      };
      // The id is all that is checked, and it is a counter: anybody who can emit can answer.
      const onReply: EventHandler = (data) => {
        const reply = data as Reply;
        if (reply.requestId !== requestId) return;
        settle(() => (reply.error ? reject(new Error(reply.error)) : resolve(reply.data)));
      };
      const timer = setTimeout(() => {
        settle(() => reject(new Error(`Query timeout after ${timeout}ms`)));
      }, timeout);
      this.on(response, onReply);
      this.beam(targets, type, { ...(payload as object), requestId });
    });
  }

  reply(requestId: string, data: unknown, error: string | null = null): void {
    const reply: Reply = { data, error, requestId };
    this.#dispatch(`response:${requestId}`, reply);
  }

  getRegisteredEvents(): RegisteredEvent[] {
    return [...this.#handlers]
      .filter(([event]) => !event.startsWith("target:") && !event.startsWith("response:"))
      .map(([event, handlers]) => ({ event, handlerCount: handlers.size }));
  }

  #dispatch(event: string, data: unknown): void {
    for (const handler of this.#handlers.get(event) ?? []) {
      try {
        handler(data);
      } catch (error) {
        this.#log("error", `an event handler of ${event} threw`, { event, error: messageOf(error) });
      }
    }
  }
}

interface Reply {
  data: unknown;
  error: string | null;
  requestId: string;
}
