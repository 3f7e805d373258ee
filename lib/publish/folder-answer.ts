import { lstat, realpath } from "node:fs/promises";
import { join } from "node:path";
import { packLimits } from "../model/pack-limits.ts";
import { wireLimits } from "../model/wire.ts";
import { sha256Hex } from "../trust/digest.ts";
import { createFolderReader } from "./realm-reader.ts";

/** What is answered, before it is made a Response. */
export interface FolderAnswer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer> | Blob | null;
  /** Of the body. */
  bytes: number;
}

export interface FolderAnswerOptions {
  /** Whether people browse here: `index.html` and `404.html`, which may run scripts, are served too. */
  withPages: boolean;
}

/**
 * Answers for one path below a realm's url as a good static host does: strong entity tags, 304 for what is
 * unchanged, 404 for what is not there, and the caching rules of the realm format. Only the files of a realm are
 * served, so that nothing else in the folder shows, and none through a link, which could lead out of it.
 *
 * @param path without the leading slash; percent-encoded as it came, since no file of a realm needs that
 */
export async function answerFromFolder(
  request: Request,
  folder: string,
  path: string,
  { withPages }: FolderAnswerOptions,
): Promise<FolderAnswer> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return { status: 405, headers: { allow: "GET, HEAD" }, body: null, bytes: 0 };
  }
  const kind = findKind(path, withPages);
  const file = kind && (await readServed(folder, kind));
  if (kind === undefined || file === undefined) return await notFound(folder, withPages);
  const headers = {
    etag: `"${file.hash}"`,
    "cache-control": kind.caching,
    "x-content-type-options": "nosniff",
  };
  if (isKnown(request.headers.get("if-none-match"), headers.etag)) {
    return { status: 304, headers, body: null, bytes: 0 };
  }
  return {
    status: 200,
    headers: { ...headers, "content-type": kind.type },
    body: file.body,
    bytes: file.bytes,
  };
}

/** @param answer its body is left out of what answers a HEAD */
export function toResponse(request: Request, { status, headers, body }: FolderAnswer): Response {
  return new Response(request.method === "HEAD" ? null : body, { status, headers });
}

interface ServedFile {
  hash: string;
  body: FolderAnswer["body"];
  bytes: number;
}

/** What is named by its hash is up to 16 MiB large and never changes: it is sent from the disk, not read first. */
async function readServed(folder: string, { path, hash }: Kind): Promise<ServedFile | undefined> {
  const absolute = join(folder, path);
  if (!(await isPlainFile(folder, path, absolute))) return undefined;
  if (hash !== undefined) {
    const body = Bun.file(absolute);
    return body.size > packLimits.maxPackBytes ? undefined : { hash, body, bytes: body.size };
  }
  const read = await createFolderReader(folder)
    .read(path, wireLimits.maxOneFileBytes)
    .catch(() => undefined);
  if (read === undefined) return undefined;
  const body = new Uint8Array(read);
  return { hash: sha256Hex(body), body, bytes: body.byteLength };
}

async function isPlainFile(folder: string, path: string, absolute: string): Promise<boolean> {
  try {
    const [root, real, stats] = await Promise.all([realpath(folder), realpath(absolute), lstat(absolute)]);
    return stats.isFile() && real === join(root, path);
  } catch {
    // Missing, or not to be read: nothing is served then.
    return false;
  }
}

async function notFound(folder: string, withPages: boolean): Promise<FolderAnswer> {
  const page = withPages
    ? (await readServed(folder, { path: "404.html", hash: undefined }))?.body
    : undefined;
  const body = page ?? new TextEncoder().encode("Not found\n");
  const type = page === undefined ? "text/plain" : "text/html";
  const headers = { "content-type": `${type}; charset=utf-8`, "cache-control": "no-store" };
  return { status: 404, headers, body, bytes: body instanceof Blob ? body.size : body.byteLength };
}

function isKnown(header: string | null, etag: string): boolean {
  const tags = (header ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}

const FRESH = "public, max-age=60, must-revalidate";
const FOREVER = "public, max-age=31536000, immutable";
const HTML = "text/html; charset=utf-8";

/** What a realm's folder may hold, and how long a cache may keep it. The group is the hash that names the file. */
const kinds: ReadonlyArray<{ pattern: RegExp; type: string; caching: string }> = [
  { pattern: /^(?:realm|index|stats)\.json$/, type: "application/json", caching: FRESH },
  { pattern: /^(?:index|404)\.html$/, type: HTML, caching: FRESH },
  { pattern: /^packs\/([0-9a-f]{64})\.ndjson\.gz$/, type: "application/gzip", caching: FOREVER },
  { pattern: /^katas\/([0-9a-f]{64})\.kata$/, type: "text/plain; charset=utf-8", caching: FOREVER },
  { pattern: /^([0-9a-f]{64})\.realm\.json$/, type: "application/json", caching: FOREVER },
  {
    pattern: /^metadata\/[0-9]{1,9}\.(?:root|snapshot|targets)\.json$/,
    type: "application/json",
    caching: FOREVER,
  },
  { pattern: /^metadata\/timestamp\.json$/, type: "application/json", caching: FRESH },
];

interface Kind {
  path: string;
  hash: string | undefined;
}

function findKind(given: string, withPages: boolean): (Kind & { type: string; caching: string }) | undefined {
  const path = given === "" ? "index.html" : given;
  for (const { pattern, type, caching } of kinds) {
    const match = pattern.exec(path);
    if (match !== null && (withPages || type !== HTML)) return { path, hash: match[1], type, caching };
  }
  return undefined;
}
