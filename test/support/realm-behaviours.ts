import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";

/** How a path of the test server misbehaves. Without one it serves its file as a good static host does. */
export type Behaviour =
  /** Accepts the request and says nothing, for ever. */
  | { kind: "no-headers" }
  /** One interim answer (103) after the other, and never the real one. */
  | { kind: "interim-for-ever" }
  /** A body that does not end, or ends after `totalBytes`: all spaces, as fast as the client reads. */
  | { kind: "endless"; totalBytes?: number; status?: number; headers?: Record<string, string> }
  /** Valid JSON when inflated, `inflatedBytes` large, a thousandth of it on the wire. */
  | { kind: "gzip-bomb"; inflatedBytes: number }
  /** The file, `bytesAtOnce` (default 1) every `everyMs`. */
  | { kind: "drip"; everyMs: number; bytesAtOnce?: number }
  /** Promises the whole file and closes after `afterBytes`. */
  | { kind: "cut"; afterBytes: number; gzip?: boolean }
  | { kind: "redirect"; to: string; status?: number }
  /** Back to the same path, for ever. */
  | { kind: "redirect-loop" }
  /** A redirect that does not say where to. */
  | { kind: "redirect-nowhere" }
  /** 200 with a login page, the file unread. */
  | { kind: "captive-portal" }
  /** 200 and nothing. */
  | { kind: "empty" }
  /** A status with any headers: `429` with `retry-after`, `304` that nobody asked for. */
  | { kind: "status"; status: number; headers?: Record<string, string> }
  /** The file with these headers in place of the server's own: a wrong content type, an unknown encoding. */
  | { kind: "headers"; headers: Record<string, string> }
  /** The file gzipped; with `cutBytes`, that many bytes are missing at its end though the length is right. */
  | { kind: "gzip"; cutBytes?: number }
  /** The file under this entity tag; with `ignores`, `If-None-Match` is not looked at. */
  | { kind: "etag"; etag: string; ignores?: boolean }
  /** Closes the connection instead of answering. */
  | { kind: "hang-up" };

/** A request as it came, for a test to look at. Header names are in lower case. */
export interface SeenRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
}

/** Answers one request on a raw socket, so that an answer can be as wrong as the wire allows. */
export function misbehave(socket: Socket, request: SeenRequest, file: Uint8Array, how: Behaviour): void {
  switch (how.kind) {
    case "no-headers":
      break;
    case "interim-for-ever":
      repeat(socket, 5, () => {
        socket.write("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n");
        return true;
      });
      break;
    case "endless":
      sendHead(socket, how.status ?? 200, { connection: "close", ...how.headers });
      pour(socket, how.totalBytes ?? Number.POSITIVE_INFINITY);
      break;
    case "gzip-bomb":
      send(socket, 200, gzipSync(bomb(how.inflatedBytes)), { "content-encoding": "gzip" });
      break;
    case "drip":
      drip(socket, file, how.everyMs, how.bytesAtOnce ?? 1);
      break;
    case "cut":
      cut(socket, how.gzip ? gzipSync(file) : file, how);
      break;
    case "redirect":
      send(socket, how.status ?? 302, page, { location: how.to });
      break;
    case "redirect-loop":
      send(socket, 302, page, { location: request.path });
      break;
    case "redirect-nowhere":
      send(socket, 302, page, {});
      break;
    case "captive-portal":
      send(socket, 200, page, { "content-type": "text/html; charset=utf-8" });
      break;
    case "empty":
      send(socket, 200, new Uint8Array(), { "content-type": "application/json" });
      break;
    case "status":
      send(socket, how.status, how.status === 304 ? undefined : page, how.headers ?? {});
      break;
    case "headers":
      send(socket, 200, file, how.headers);
      break;
    case "gzip": {
      const zipped = gzipSync(file);
      const sent = zipped.subarray(0, zipped.length - (how.cutBytes ?? 0));
      send(socket, 200, sent, { "content-encoding": "gzip" });
      break;
    }
    case "etag": {
      const isKnown = !how.ignores && request.headers["if-none-match"] === how.etag;
      send(socket, isKnown ? 304 : 200, isKnown ? undefined : file, { etag: how.etag });
      break;
    }
    case "hang-up":
      socket.destroy();
      break;
  }
}

/** A whole answer. Without a body there is no length either, as 304 wants it. */
export function send(
  socket: Socket,
  status: number,
  body: Uint8Array | undefined,
  headers: Record<string, string>,
): void {
  sendHead(
    socket,
    status,
    body === undefined ? headers : { "content-length": String(body.length), ...headers },
  );
  if (body !== undefined) socket.write(body);
}

const page = new TextEncoder().encode("<!doctype html><title>Sign in</title><script>{{{{{{{{{{{{}}</script>");

function sendHead(socket: Socket, status: number, headers: Record<string, string>): void {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status} Status\r\n${lines.join("")}\r\n`);
}

/** Spaces, then a document that would be good if anyone read so far. */
function bomb(inflatedBytes: number): Uint8Array {
  const document = new TextEncoder().encode('{"format":1,"katas":[]}');
  const bytes = new Uint8Array(inflatedBytes).fill(0x20);
  bytes.set(document, inflatedBytes - document.length);
  return bytes;
}

function pour(socket: Socket, totalBytes: number): void {
  const spaces = new Uint8Array(64 * 1024).fill(0x20);
  let left = totalBytes;
  const next = () => {
    if (socket.destroyed) return;
    if (left <= 0) {
      socket.end();
      return;
    }
    left -= spaces.length;
    if (socket.write(spaces)) setImmediate(next);
    else socket.once("drain", next);
  };
  next();
}

function drip(socket: Socket, file: Uint8Array, everyMs: number, bytesAtOnce: number): void {
  sendHead(socket, 200, { "content-type": "application/json", "content-length": String(file.length) });
  let sent = 0;
  repeat(socket, everyMs, () => {
    socket.write(file.subarray(sent, sent + bytesAtOnce));
    sent += bytesAtOnce;
    return sent < file.length;
  });
}

function cut(
  socket: Socket,
  file: Uint8Array,
  { afterBytes, gzip }: { afterBytes: number; gzip?: boolean },
): void {
  const encoding = gzip ? { "content-encoding": "gzip" } : undefined;
  sendHead(socket, 200, { "content-length": String(file.length), ...encoding });
  socket.end(file.subarray(0, afterBytes));
}

/** Until the step says false or the client goes away. */
function repeat(socket: Socket, everyMs: number, step: () => boolean): void {
  const timer = setInterval(() => {
    if (socket.destroyed || !step()) clearInterval(timer);
  }, everyMs);
  socket.once("close", () => clearInterval(timer));
}
