import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { lengthPrefixed, sha256Hex } from "./digest.ts";

/** How long a browser stays signed in. */
export const SESSION_TTL_MS = 30 * 24 * 3_600_000;
const MAX_CLOCK_SKEW_MS = 60_000;

/** 32 random bytes as 64 hex digits. */
export function createPageToken(): string {
  return randomBytes(32).toString("hex");
}

export function isPageToken(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** In a time that does not tell how much of it was right. */
export function isSameToken(given: string, token: string): boolean {
  return timingSafeEqual(Buffer.from(sha256Hex(given)), Buffer.from(sha256Hex(token)));
}

/**
 * What a browser gets for the right token and shows from then on. It says until when it is good and is signed
 * with the token, so a restarted host knows it, and another token's file ends it.
 */
export function createSession(token: string, now: number): string {
  const expiresAt = now + SESSION_TTL_MS;
  return `${expiresAt}.${macOf(token, expiresAt)}`;
}

export function isSessionValid(session: string, token: string, now: number): boolean {
  const [, expiry = "", mac = ""] = /^(\d{1,15})\.([0-9a-f]{64})$/.exec(session) ?? [];
  if (mac === "") return false;
  const expiresAt = Number(expiry);
  const isGenuine = timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(token, expiresAt)));
  return isGenuine && now < expiresAt && expiresAt <= now + SESSION_TTL_MS + MAX_CLOCK_SKEW_MS;
}

/** Good for one change; see the page's guard. */
export function createActionToken(): string {
  return randomBytes(16).toString("hex");
}

function macOf(token: string, expiresAt: number): string {
  const fields = ["ronin-realms page session 1", String(expiresAt)];
  return createHmac("sha256", Buffer.from(token, "hex")).update(lengthPrefixed(fields)).digest("hex");
}
