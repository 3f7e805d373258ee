import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { HostEvents } from "../host.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import type { LiveMessage } from "./shown.ts";
import type { RealmSync } from "./syncs.ts";

export type LiveListener = (message: LiveMessage) => void;

/** Tells those who look at the page what has changed since they looked. */
export interface Live {
  /** The first message is `hello`. Returns the way to stop listening. */
  listen(listener: LiveListener): () => void;
  proposalChanged(id: string): void;
  realmChanged(id: string): void;
  syncProgressed(id: string): void;
  katasChanged(): void;
  /** Tells of every step of an install until it ends. */
  follow(id: string): void;
  close(): void;
}

interface LiveDeps {
  events: HostEvents;
  registry: RealmsRegistry;
  syncOf: (realmId: string) => RealmSync;
}

/** Changes that come together are told together. */
const PAUSE_MS = 50;
/** More than this at once is told as `hello`: read everything again. */
const MAX_WAITING = 50;
const FOLLOW_MS = 60_000;
const FOLLOW_POLL_MS = 100;

/** Names only. Anybody can put these events on the bus, so a listener reads what is so instead of believing them. */
const proposalEvents = [
  "kata.install_proposed",
  "kata.creation_proposed",
  "kata.installed",
  "kata.created",
  "kata.install_failed",
];
const kataEvents = [
  "kata.update_available",
  "kata.withdrawn",
  "kata.incompatible",
  "kata.restored",
  "kata.altered",
];
const realmEvents = ["realm.synced", "realm.sync_failed"];
const proposalSchema = z.object({ proposalId: z.uuid() });
const realmSchema = z.object({ realmId: z.string().regex(/^[a-z0-9_-]{1,64}$/) });
const unconfirmedSchema = proposalSchema.extend({ code: z.string().regex(/^[a-z_]{1,40}$/) });

export function createLive({ events, registry, syncOf }: LiveDeps): Live {
  const listeners = new Set<LiveListener>();
  const waiting = new Map<string, () => LiveMessage>();
  const closing = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pending = 0;

  const hello = (): LiveMessage => ({ kind: "hello", pending: countPending() });
  const countPending = (): number => {
    try {
      pending = registry.getPendingRequests().length;
    } catch {
      // The database is locked: the last number stands until the next message.
    }
    return pending;
  };
  const flush = (): void => {
    timer = undefined;
    const messages = waiting.size > MAX_WAITING ? [hello()] : [...waiting.values()].map((make) => make());
    waiting.clear();
    for (const message of messages) for (const listener of listeners) listener(message);
  };
  const tell = (key: string, make: () => LiveMessage): void => {
    if (listeners.size === 0 || closing.signal.aborted) return;
    if (waiting.size <= MAX_WAITING) waiting.set(key, make);
    timer ??= setTimeout(flush, PAUSE_MS);
  };
  const proposalChanged = (id: string): void =>
    tell(`proposal ${id}`, () => ({ kind: "proposal", id, pending: countPending() }));
  const realmChanged = (id: string): void =>
    tell(`realm ${id}`, () => ({ kind: "realm", id, isSyncing: syncOf(id).isSyncing }));
  const katasChanged = (): void => tell("katas", () => ({ kind: "katas" }));

  const stops = [
    ...proposalEvents.map((event) =>
      hear(events, event, proposalSchema, (one) => proposalChanged(one.proposalId)),
    ),
    ...kataEvents.map((event) => hear(events, event, z.unknown(), katasChanged)),
    ...realmEvents.map((event) => hear(events, event, realmSchema, (one) => realmChanged(one.realmId))),
    hear(events, "kata.approval_unconfirmed", unconfirmedSchema, ({ proposalId: id, code }) =>
      tell(`unconfirmed ${id}`, () => ({ kind: "unconfirmed", id, code })),
    ),
  ];

  const follow = async (id: string): Promise<void> => {
    let known: unknown;
    for (let waitedMs = 0; waitedMs < FOLLOW_MS; waitedMs += FOLLOW_POLL_MS) {
      const state = readState(registry, id);
      if (state !== undefined && state !== known) proposalChanged(id);
      known = state ?? known;
      if (state === "installed" || state === "failed" || state === "rejected") return;
      await sleep(FOLLOW_POLL_MS, undefined, { ref: false, signal: closing.signal });
    }
  };

  return {
    listen(listener) {
      listeners.add(listener);
      listener(hello());
      return () => void listeners.delete(listener);
    },
    proposalChanged,
    realmChanged,
    syncProgressed: (id) =>
      tell(`progress ${id}`, () => ({ kind: "progress", id, progress: syncOf(id).progress })),
    katasChanged,
    follow(id) {
      // It ends with the desk, and there is nothing to tell then.
      follow(id).catch(() => undefined);
    },
    close() {
      closing.abort();
      clearTimeout(timer);
      for (const stop of stops) stop();
      listeners.clear();
    },
  };
}

function hear<Payload>(
  events: HostEvents,
  event: string,
  schema: z.ZodType<Payload>,
  then: (payload: Payload) => void,
): () => void {
  const handler = (data: unknown): void => {
    const parsed = schema.safeParse(data);
    if (parsed.success) then(parsed.data);
  };
  events.on(event, handler);
  return () => events.off(event, handler);
}

/** Undefined while the database is locked. */
function readState(registry: RealmsRegistry, id: string): string | undefined {
  try {
    const { status, installState } = registry.getRequest(id);
    return status === "approved" ? (installState ?? status) : status;
  } catch {
    // The next look will tell.
    return undefined;
  }
}
