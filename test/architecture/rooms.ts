/** A room of the house: files that may import each other, and how high they stand. */
export interface Room {
  name: string;
  /** Files, or folders with a trailing slash, from the project's root. */
  paths: readonly string[];
  /** Imports go to a lower rank or stay in the room. Rooms without a rank have rules of their own. */
  rank?: number;
}

export const EMBEDDED_HOST = "embedded host";
export const TOOLING = "tooling";
export const BENCH = "bench";
export const PUBLIC_FACE = "public face";

/** Every place where code may live. A folder of lib/ that is not listed here is a violation. */
export const rooms: readonly Room[] = [
  { name: "errors", rank: 0, paths: ["lib/errors.ts"] },
  { name: "host", rank: 0, paths: ["lib/host.ts"] },
  { name: "clock", rank: 0, paths: ["lib/clock.ts"] },
  { name: "log", rank: 0, paths: ["lib/log.ts"] },
  { name: "model", rank: 1, paths: ["lib/model/"] },
  { name: "trust", rank: 2, paths: ["lib/trust/"] },
  { name: "events", rank: 2, paths: ["lib/events.ts", "lib/bus.ts"] },
  { name: "registry", rank: 3, paths: ["lib/registry/"] },
  { name: "realm client", rank: 3, paths: ["lib/realm-client/"] },
  { name: "install", rank: 4, paths: ["lib/install/"] },
  { name: "sync", rank: 4, paths: ["lib/sync/"] },
  { name: "dojo", rank: 4, paths: ["lib/dojo/"] },
  { name: "life", rank: 4, paths: ["lib/life/"] },
  { name: "publish", rank: 4, paths: ["lib/publish/"] },
  { name: "drop-in", rank: 4, paths: ["lib/drop-in/"] },
  { name: PUBLIC_FACE, rank: 4, paths: ["lib/index.ts"] },
  { name: "desk", rank: 5, paths: ["lib/desk/"] },
  { name: "runtime", rank: 6, paths: ["lib/runtime/"] },
  { name: "web", rank: 7, paths: ["lib/web/"] },
  { name: "command", rank: 7, paths: ["lib/cli/"] },
  { name: "agents", rank: 8, paths: ["agents/"] },
  { name: "plugins", rank: 8, paths: ["plugins/"] },
  { name: "examples", rank: 9, paths: ["examples/"] },
  { name: EMBEDDED_HOST, paths: ["lib/embedded-host/"] },
  { name: TOOLING, paths: ["lib/build/"] },
  { name: BENCH, paths: ["bench/"] },
];

/** The room of a file or folder; undefined for what is not of the pack, or of a room nobody has declared. */
export function findRoom(path: string): Room | undefined {
  return rooms.find((room) => isUnder(path, room.paths));
}

/** Whether `path` is one of these files, or lies in one of these folders. */
export function isUnder(path: string, places: readonly string[]): boolean {
  return places.some((place) =>
    place.endsWith("/") ? path.startsWith(place) || `${path}/` === place : path === place,
  );
}
