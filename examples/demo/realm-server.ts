import type { RealmFiles } from "../../lib/publish/one-file-realm.ts";

export interface RealmServer {
  url: string;
  stop(): Promise<void>;
}

/** Serves a realm's files from memory on a free loopback port, as any static host would. */
export function serveRealm(files: RealmFiles): RealmServer {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const path = new URL(request.url).pathname.slice(1);
      const bytes = files.get(path);
      if (bytes === undefined) return new Response("not found", { status: 404 });
      const type = path.endsWith(".json") ? "application/json" : "text/plain; charset=utf-8";
      return new Response(bytes, { headers: { "content-type": type } });
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, stop: () => server.stop(true) };
}

/** Flips one bit in the middle of every source and leaves the index as it is. */
export function tamper(files: RealmFiles): RealmFiles {
  return new Map(
    [...files].map(([path, bytes]) => {
      if (!path.endsWith(".kata")) return [path, bytes];
      const changed = bytes.slice();
      const middle = Math.floor(changed.length / 2);
      changed[middle] = (changed[middle] ?? 0) ^ 1;
      return [path, changed];
    }),
  );
}
