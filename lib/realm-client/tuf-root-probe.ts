import * as z from "zod";
import { RealmError } from "../errors.ts";
import type { TufTransport } from "./tuf-transport.ts";

/**
 * Asks for a root that may not exist, which is how a client learns that it has the newest. A host that answers
 * any path with a page and 200 would look like one that serves forged roots, so it is told apart.
 *
 * @returns undefined when there is no such root
 * @throws RealmError `root_probe_broken`, and what the transfer throws
 */
export async function probeRoot(file: string, transport: TufTransport): Promise<Uint8Array | undefined> {
  const bytes = await fetchRoot(file, transport);
  if (bytes === undefined || looksLikeMetadata(bytes)) return bytes;
  throw probeBroken(
    file,
    transport.host,
    bytes.byteLength === 0 ? "nothing" : "something that is no metadata",
  );
}

async function fetchRoot(file: string, transport: TufTransport): Promise<Uint8Array | undefined> {
  try {
    return await transport.fetch(`metadata/${file}`);
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    // Object stores that may not list their folders answer so for what is not there.
    if (error.status === 403) return undefined;
    if (error.code === "too_large")
      throw probeBroken(file, transport.host, "more than any root may have", error);
    throw error;
  }
}

const signedDocument = z.object({ signed: z.looseObject({}) });

function looksLikeMetadata(bytes: Uint8Array): boolean {
  try {
    return signedDocument.safeParse(JSON.parse(new TextDecoder().decode(bytes))).success;
  } catch {
    // Not JSON is the answer.
    return false;
  }
}

function probeBroken(file: string, host: string, found: string, cause?: unknown): RealmError {
  return new RealmError(
    "root_probe_broken",
    `${host} answers 200 for metadata/${file} and sends ${found}. A host must answer 404 for files that do not exist, else nobody can tell whether the realm has a newer root.`,
    { cause },
  );
}
