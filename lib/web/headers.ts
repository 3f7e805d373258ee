import { sha256Hex } from "../trust/digest.ts";
import type { Assets } from "./view-models.ts";

/**
 * What every answer carries. Nothing may run or style the page but the two texts whose hashes are named here, so
 * a realm's text that got past the escaping would still be dead; nothing is loaded from anywhere, and no other
 * page may frame this one or share its window.
 */
export function toStrictHeaders({ style, script }: Assets): Record<string, string> {
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "connect-src 'self'",
    "img-src data:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
  };
}

function hashOf(text: string): string {
  return `'sha256-${Buffer.from(sha256Hex(text), "hex").toString("base64")}'`;
}
