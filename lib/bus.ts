import * as z from "zod";
import { messageOf } from "./errors.ts";
import { type EventPayload, eventTable, type IncomingEvent, type OutgoingEvent } from "./events.ts";
import type { HostEvents } from "./host.ts";
import type { Log } from "./log.ts";

/** The host's event bus with our table on it: payloads are checked in both directions. */
export interface Bus {
  emit<Name extends OutgoingEvent>(event: Name, payload: EventPayload<Name>): void;
  /** Calls `handler` with parsed payloads. Its rejection is logged. Returns the way to unsubscribe. */
  on<Name extends IncomingEvent>(
    event: Name,
    handler: (payload: EventPayload<Name>) => void | Promise<void>,
  ): () => void;
}

/**
 * Wraps `api.events`. A payload from the bus is anybody's: one that does not fit its schema is named in the log
 * and dropped. A handler never rejects towards the host, which would lose both message and stack.
 */
export function createBus(events: HostEvents, log: Log): Bus {
  return {
    emit(event, payload) {
      const { schema, source } = eventTable[event];
      events.emit(event, schema.parse(payload), source);
    },
    on(event, handler) {
      const listener = createListener(event, handler, log);
      events.on(event, listener);
      return () => events.off(event, listener);
    },
  };
}

/** What to call with whatever the bus brings under this event's name. It never throws. */
export function createListener<Name extends IncomingEvent>(
  event: Name,
  handler: (payload: EventPayload<Name>) => void | Promise<void>,
  log: Log,
): (data: unknown) => void {
  const report = (error: unknown): void => log.error(`${event} could not be handled: ${messageOf(error)}`);
  return (data) => {
    try {
      const parsed = eventTable[event].schema.safeParse(data);
      if (!parsed.success) {
        log.warn(`ignored a malformed ${event}: ${firstIssue(parsed.error)}`);
        return;
      }
      Promise.resolve(handler(parsed.data as EventPayload<Name>)).catch(report);
    } catch (error) {
      // A getter of the payload that throws comes here as well.
      report(error);
    }
  };
}

/** One line, without the received value, which may be long or hostile. */
function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return "unreadable";
  const path = z.core.toDotPath(issue.path);
  return path === "" ? issue.message : `${path}: ${issue.message}`;
}
