import { createHash } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import { planted } from "./planted.ts";
import { type Behaviour, misbehave, type SeenRequest, send } from "./realm-behaviours.ts";

export type { Behaviour, SeenRequest } from "./realm-behaviours.ts";

/** Bytes as they are, text as UTF-8, anything else as JSON. */
export type FileContent = Uint8Array | string | object;

/**
 * A realm folder on 127.0.0.1, from memory, over real sockets. It serves files as a good static host does, with
 * strong entity tags and 404 pages, until a path is told to misbehave. Paths are given without a leading slash.
 */
export interface RealmServer extends AsyncDisposable {
  /** The realm's url: `http://127.0.0.1:<port>`. */
  url: string;
  port: number;
  /** Every request so far, oldest first. Empty it to count anew. */
  requests: SeenRequest[];
  /** What was written to sockets so far, heads too. */
  sentBytes(): number;
  /** Connections that are open now: a client that leaks shows here. */
  openSockets(): number;
  /** Resolves once no connection is open; rejects after `withinMs`, default 1000. */
  allClosed(withinMs?: number): Promise<void>;
  set(path: string, content: FileContent): void;
  remove(path: string): void;
  /** `*` is every path; undefined makes it behave again. */
  misbehave(path: string, behaviour: Behaviour | undefined): void;
  /** Closes the port and every connection. */
  stop(): Promise<void>;
}

export async function startRealmServer(
  files: Record<string, FileContent> = {},
  behaviours: Record<string, Behaviour> = {},
): Promise<RealmServer> {
  const contents = new Map(Object.entries(files).map(([path, content]) => [path, toBytes(content)]));
  const habits = new Map(Object.entries(behaviours));
  const requests: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  let closedBytes = 0;

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => {
      sockets.delete(socket);
      closedBytes += socket.bytesWritten;
    });
    // A client that cuts us off is what half of the tests are about.
    socket.on("error", () => {});
    readRequests(socket, (request) => {
      requests.push(request);
      const path = request.path.slice(1);
      const how = habits.get(path) ?? habits.get("*");
      const file = contents.get(path);
      if (how !== undefined) misbehave(socket, request, file ?? new Uint8Array(), how);
      else serve(socket, request, path, file);
    });
  });
  const port = await listen(server);
  const stop = () => close(server, sockets);

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    sentBytes: () => [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, closedBytes),
    openSockets: () => sockets.size,
    allClosed: (withinMs = 1000) => waitUntilEmpty(sockets, withinMs),
    set: (path, content) => contents.set(path, toBytes(content)),
    remove: (path) => contents.delete(path),
    misbehave: (path, behaviour) => {
      if (behaviour === undefined) habits.delete(path);
      else habits.set(path, behaviour);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Splits what arrives into requests. None of them has a body: a realm is only ever read. */
function readRequests(socket: Socket, onRequest: (request: SeenRequest) => void): void {
  let pending = "";
  socket.on("data", (chunk) => {
    pending += chunk.toString("latin1");
    for (let end = pending.indexOf("\r\n\r\n"); end !== -1; end = pending.indexOf("\r\n\r\n")) {
      const head = pending.slice(0, end);
      pending = pending.slice(end + 4);
      onRequest(toRequest(head));
    }
  });
}

function toRequest(head: string): SeenRequest {
  const [first = "", ...lines] = head.split("\r\n");
  const [method = "", path = ""] = first.split(" ");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { method, path, headers: Object.fromEntries(headers) };
}

const cookie = { "set-cookie": `session=${planted["a cookie of a realm's server"]}` };

function serve(socket: Socket, request: SeenRequest, path: string, file: Uint8Array | undefined): void {
  if (file === undefined) {
    const page = `<!doctype html><title>Not found</title>${planted["what a server says beside an error"]}`;
    send(socket, 404, toBytes(page), { "content-type": "text/html", ...cookie });
    return;
  }
  const etag = `"${createHash("sha256").update(file).digest("hex").slice(0, 32)}"`;
  if (request.headers["if-none-match"] === etag) send(socket, 304, undefined, { etag });
  else send(socket, 200, file, { etag, "content-type": contentType(path), ...cookie });
}

function contentType(path: string): string {
  return path.endsWith(".json") ? "application/json" : "application/octet-stream";
}

function toBytes(content: FileContent): Uint8Array {
  if (content instanceof Uint8Array) return content;
  return new TextEncoder().encode(typeof content === "string" ? content : JSON.stringify(content));
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("The test server got no port."));
      else resolve(address.port);
    });
  });
}

function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}

async function waitUntilEmpty(sockets: ReadonlySet<Socket>, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (sockets.size > 0) {
    if (performance.now() > deadline) throw new Error(`${sockets.size} connections are still open.`);
    await Bun.sleep(2);
  }
}
