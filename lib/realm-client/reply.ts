import { RealmError } from "../errors.ts";
import { toPlainText } from "../model/text.ts";
import { inflate, readBody } from "./body.ts";
import type { Cutoff } from "./cutoff.ts";
import { parseHttpDate } from "./http-date.ts";
import { parseRetryAfter } from "./retry-after.ts";
import type { Reply, SafeFetchDeps, SafeRequest } from "./transfer.ts";

/**
 * What the last answer of a chain means, its body read and inflated.
 *
 * @throws RealmError `http_status`, `unsupported_encoding`, and what reading the body throws
 */
export async function toReply(
  response: Response,
  request: SafeRequest,
  deps: SafeFetchDeps,
  cutoff: Cutoff,
): Promise<Reply> {
  const kind = readStatus(response, request, deps);
  const hostTime = parseHttpDate(response.headers.get("date"));
  if (kind !== "body") return { kind, hostTime };
  const encoding = readEncoding(response, request);
  const rules = { ...deps.limits, maxBytes: request.maxBytes, where: request.where };
  const received = await readBody(response.body, rules, cutoff);
  return {
    kind: "body",
    bytes: encoding === "gzip" ? await inflate(received, rules) : received,
    etag: response.headers.get("etag"),
    mediaType: readMediaType(response),
    hostTime,
  };
}

/**
 * What the status says. `304` counts only where a tag was sent: otherwise there is nothing here that could be
 * unchanged.
 *
 * @throws RealmError `http_status`
 */
export function readStatus(response: Response, request: SafeRequest, deps: SafeFetchDeps): Reply["kind"] {
  if (response.status === 304 && request.etag !== undefined) return "unchanged";
  if (response.status === 404 || response.status === 410) return "missing";
  if (response.status !== 200) throw statusError(response, request, deps);
  return "body";
}

/** @throws RealmError `unsupported_encoding` */
export function readEncoding(response: Response, request: SafeRequest): "identity" | "gzip" {
  const encoding = response.headers.get("content-encoding")?.trim().toLowerCase() ?? "";
  if (encoding === "" || encoding === "identity") return "identity";
  if (encoding === "gzip" || encoding === "x-gzip") return "gzip";
  throw new RealmError(
    "unsupported_encoding",
    `${request.where} came with content-encoding ${toPlainText(encoding, 40)}; only gzip was offered.`,
  );
}

/** `text/html; charset=utf-8` → `text/html`. */
export function readMediaType(response: Response): string {
  return response.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

function statusError(response: Response, request: SafeRequest, deps: SafeFetchDeps): RealmError {
  const { status } = response;
  const retryAfterMs =
    status === 429 || status === 503
      ? parseRetryAfter(response.headers.get("retry-after"), deps.clock.now())
      : undefined;
  const hint = status === 401 || status === 403 ? " Check the realm's API key." : "";
  return new RealmError(
    "http_status",
    `${request.where} was answered with status ${status}.${hint}`,
    retryAfterMs === undefined ? { status } : { status, retryAfterMs },
  );
}
