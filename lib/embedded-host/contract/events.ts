/** A handler gets the data only, the very object that was emitted, while `emit` is still on the stack. */
export type EventHandler = (data: unknown) => unknown;

export interface RegisteredEvent {
  event: string;
  handlerCount: number;
}

/** The bus between agents. Nothing authenticates an emitter; over HTTP it may be anyone. */
export interface EventsAPI {
  /** Throws when `source` is not a non-empty string. A handler that throws is logged and the others still run. */
  emit(event: string, data: unknown, source: string): void;
  /** A promise that a handler returns is not looked at: a rejection becomes an unhandled one of the process. */
  on(event: string, handler: EventHandler): void;
  off(event: string, handler: EventHandler): void;
  removeAllListeners(event?: string): void;
  /** Calls the handlers of `target:<target>:<type>`. */
  beam(targets: string | string[], type: string, payload: unknown): void;
  /** Beams the payload with a `requestId` and resolves with the first reply. `timeout` in ms, default 5000. */
  query(targets: string | string[], type: string, payload: unknown, timeout?: number): Promise<unknown>;
  reply(requestId: string, data: unknown, error?: string | null): void;
  getRegisteredEvents(): RegisteredEvent[];
}
