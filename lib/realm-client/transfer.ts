import type { Clock } from "../clock.ts";
import type { ClientLimits } from "./limits.ts";

/** One file of a realm, and what its transfer may cost. */
export interface SafeRequest {
  url: URL;
  /** File and host, for messages: never the full URL. */
  where: string;
  apiKey: string | undefined;
  isPinned: boolean;
  /** Entity tag of the copy that we hold. */
  etag?: string | undefined;
  /** What the body may be compressed with on the way. Default `gzip`. */
  acceptEncoding?: "gzip" | "identity";
  maxBytes: number;
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

/** `hostTime` is the answer's `Date` in milliseconds since 1970: what the host claims, good for words only. */
export type Reply =
  | { kind: "body"; bytes: Uint8Array; etag: string | null; mediaType: string; hostTime?: number | undefined }
  | { kind: "unchanged"; hostTime?: number | undefined }
  | { kind: "missing"; hostTime?: number | undefined };

/** The slice of Bun's fetch that is used here; the global one fits. */
export type Fetch = (url: URL, init: BunFetchRequestInit) => Promise<Response>;

export interface SafeFetchDeps {
  fetch: Fetch;
  /** All addresses of a host name. */
  resolveHost: (hostname: string) => Promise<string[]>;
  limits: ClientLimits;
  userAgent: string;
  clock: Clock;
}
