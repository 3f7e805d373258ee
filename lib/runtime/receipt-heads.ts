import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";
import type { ReceiptHeads } from "../install/verify-installed.ts";
import { sha256Hex } from "../trust/digest.ts";
import { type ChainHead, headMac, isHeadGenuine } from "../trust/receipt-chain.ts";
import { stateDir } from "./paths.ts";

const headSchema = z.object({
  position: z.int().positive(),
  hash: z.string(),
  mac: z.string(),
});

/** Where the end of this database's chain is remembered. */
export function receiptHeadPath(databasePath: string, env?: Record<string, string | undefined>): string {
  return join(stateDir(env), `receipts-${sha256Hex(realPathOf(databasePath)).slice(0, 16)}.json`);
}

/**
 * Remembers the end of a database's chain of receipts in the user's own folder, signed with the approval key. So
 * neither whoever can write the database alone, nor an older copy of it, can make it end elsewhere. What can read
 * the key can.
 *
 * @param key undefined where there is none: then nothing that was remembered can be believed
 */
export function createReceiptHeads(
  databasePath: string,
  key: () => Uint8Array | undefined,
  env?: Record<string, string | undefined>,
): ReceiptHeads & { write(head: ChainHead): void } {
  const database = realPathOf(databasePath);
  const path = receiptHeadPath(databasePath, env);
  return {
    read() {
      const text = readText(path);
      return text === undefined ? undefined : (parseHead(text, database, key) ?? "unproven");
    },
    write(head) {
      const held = key();
      if (held === undefined) return;
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const staged = `${path}.${process.pid}`;
      try {
        writeFileSync(staged, JSON.stringify({ ...head, mac: headMac(head, database, held) }), {
          mode: 0o600,
        });
        renameSync(staged, path);
      } finally {
        rmSync(staged, { force: true });
      }
    },
  };
}

function parseHead(text: string, database: string, key: () => Uint8Array | undefined): ChainHead | undefined {
  try {
    const { mac, ...head } = headSchema.parse(JSON.parse(text));
    const held = key();
    return held !== undefined && isHeadGenuine(head, mac, database, held) ? head : undefined;
  } catch {
    // Not what was written, or a key that cannot be used: it proves nothing, which is the answer.
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** One database has one file, by whatever name it is opened. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // A file that is not there yet has no other name.
    return path;
  }
}
