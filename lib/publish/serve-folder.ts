import { packLimits } from "../model/pack-limits.ts";
import { wireLimits } from "../model/wire.ts";
import { sha256Hex } from "../trust/digest.ts";
import { createFolderReader, type RealmReader } from "./realm-reader.ts";

export interface FolderServer {
  /** `http://127.0.0.1:<port>` */
  url: string;
  /** Ends every connection. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  folder: string;
  /** 0 takes a free one. */
  port: number;
  /** Told of every request once it is answered. */
  onRequest?: ((line: { path: string; status: number; bytes: number }) => void) | undefined;
}

/**
 * Serves a realm's folder on this machine, as a good static host does: strong entity tags, 304 for what is
 * unchanged, 404 for what is not there, and the caching rules of the realm format. Only the files of a realm are
 * served, so that nothing else in the folder shows.
 *
 * @throws the system's error when the port cannot be had
 */
export function serveFolder({ folder, port, onRequest }: ServeOptions): FolderServer {
  const reader = createFolderReader(folder);
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const response = await answer(request, pathname, reader);
      onRequest?.({ path: pathname, status: response.status, bytes: response.bytes });
      return new Response(request.method === "HEAD" ? null : response.body, response);
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, stop: () => server.stop(true) };
}

interface Answer extends ResponseInit {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer> | null;
  bytes: number;
}

async function answer(request: Request, pathname: string, reader: RealmReader): Promise<Answer> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return toAnswer(405, { allow: "GET, HEAD" }, null);
  }
  const kind = findKind(pathname);
  const bytes = kind && (await reader.read(kind.path, packLimits.maxPackBytes).catch(() => undefined));
  if (kind === undefined || bytes === undefined) return notFound(reader);
  const etag = `"${sha256Hex(bytes)}"`;
  const headers = { etag, "cache-control": kind.caching, "x-content-type-options": "nosniff" };
  if (isKnown(request.headers.get("if-none-match"), etag)) return toAnswer(304, headers, null);
  return toAnswer(200, { ...headers, "content-type": kind.type }, bytes);
}

async function notFound(reader: RealmReader): Promise<Answer> {
  const page = await reader.read("404.html", wireLimits.maxPointerBytes).catch(() => undefined);
  const headers = { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" };
  return toAnswer(404, headers, page ?? new TextEncoder().encode("Not found\n"));
}

function toAnswer(status: number, headers: Record<string, string>, body: Uint8Array | null): Answer {
  return { status, headers, body: body === null ? null : new Uint8Array(body), bytes: body?.byteLength ?? 0 };
}

function isKnown(header: string | null, etag: string): boolean {
  const tags = (header ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}

const FRESH = "public, max-age=60, must-revalidate";
const FOREVER = "public, max-age=31536000, immutable";

/** What a realm's folder may hold, and how long a cache may keep it. */
const kinds: ReadonlyArray<{ pattern: RegExp; type: string; caching: string }> = [
  { pattern: /^(realm|index|stats)\.json$/, type: "application/json", caching: FRESH },
  { pattern: /^(index|404)\.html$/, type: "text/html; charset=utf-8", caching: FRESH },
  { pattern: /^packs\/[0-9a-f]{64}\.ndjson\.gz$/, type: "application/gzip", caching: FOREVER },
  { pattern: /^katas\/[0-9a-f]{64}\.kata$/, type: "text/plain; charset=utf-8", caching: FOREVER },
  { pattern: /^[0-9a-f]{64}\.realm\.json$/, type: "application/json", caching: FOREVER },
  {
    pattern: /^metadata\/[0-9]{1,9}\.(root|snapshot|targets)\.json$/,
    type: "application/json",
    caching: FOREVER,
  },
  { pattern: /^metadata\/timestamp\.json$/, type: "application/json", caching: FRESH },
];

function findKind(pathname: string): { path: string; type: string; caching: string } | undefined {
  const path = pathname === "/" ? "index.html" : pathname.slice(1);
  const kind = kinds.find(({ pattern }) => pattern.test(path));
  return kind && { path, type: kind.type, caching: kind.caching };
}
