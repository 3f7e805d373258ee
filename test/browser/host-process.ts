/*
 * A host in a process of its own, so that a test can stop and start it as a person does: the embedded host with
 * the built pack dropped in. Its parent sends orders and gets answers over the process channel.
 */
import { type EmbeddedHost, startHost } from "ronin-plugin-api";
import { hostTools } from "./host-tools.ts";

/** What a parent may ask for. */
export type Order =
  | { kind: "emit"; event: string; data: unknown }
  | { kind: "sync" }
  | { kind: "query"; sql: string }
  | { kind: "logs" };

export interface Answer {
  /** Number of the order; 0 when the host has started. */
  to: number;
  port?: number;
  rows?: unknown[];
  logs?: string[];
  error?: string;
}

export interface Start {
  home: string;
  port: number;
  config: Record<string, unknown>;
}

const start: Start = JSON.parse(String(process.argv[2]));
const host = await startHost({ ...start, tools: hostTools, surviveUnhandled: true });
answer({ to: 0, port: host.port });
process.on("message", (message: { number: number; order: Order }) => {
  obey(host, message.order).then(
    (given) => answer({ to: message.number, ...given }),
    (error: unknown) => answer({ to: message.number, error: String(error) }),
  );
});
process.on("disconnect", () => process.exit(0));

async function obey({ api, logs, runAgent }: EmbeddedHost, order: Order): Promise<Omit<Answer, "to">> {
  switch (order.kind) {
    case "emit":
      api.events.emit(order.event, order.data, "browser-test");
      return {};
    case "sync":
      await runAgent("realm-sync-agent");
      return {};
    case "query":
      return { rows: await api.db.query(order.sql) };
    case "logs":
      return { logs: logs.map((line) => JSON.stringify(line)) };
  }
}

function answer(given: Answer): void {
  process.send?.(given);
}
