import type { Fetcher } from "tuf-js";
import { DownloadHTTPError } from "tuf-js/dist/error.js";
import { RealmError } from "../errors.ts";
import { wireLimits } from "../model/wire.ts";
import { scanJson } from "./json-scan.ts";
import { startsLikePage } from "./page.ts";
import { probeRoot } from "./tuf-root-probe.ts";
import { MAX_FILE_BYTES, type TufTransport } from "./tuf-transport.ts";

/** What the library fetches with: our transport, and nothing but the names that a realm's metadata can have. */
export interface TufFetcher extends Fetcher {
  /** What ended the run, if it was a transfer: the library makes text of some errors and drops them. */
  failure(): unknown;
}

/** The library wants addresses. Only their path is looked at here; the realm's own is the transport's matter. */
export const METADATA_BASE_URL = "https://realm.invalid/metadata";

const rootName = /^[1-9]\d*\.root\.json$/;
const otherName = /^(?:[1-9]\d*\.(?:snapshot|targets)|timestamp)\.json$/;

/** @param missing the error for a file that the realm must have and has not */
export function createTufFetcher(transport: TufTransport, missing: (file: string) => RealmError): TufFetcher {
  let failure: unknown;
  const fetchFile = async (url: string, maxLength: number): Promise<Buffer> => {
    const file = new URL(url).pathname.slice("/metadata/".length);
    const where = `${file} at ${transport.host}`;
    if (rootName.test(file)) {
      const root = await probeRoot(file, transport);
      if (root === undefined) throw new DownloadHTTPError(`There is no ${file}.`, 404);
      return toMetadata(root, where);
    }
    if (!otherName.test(file)) throw unknownFile(file);
    const bytes = await transport.fetch(`metadata/${file}`, maxLength);
    if (bytes === undefined) throw missing(file);
    return toMetadata(bytes, where);
  };
  return {
    failure: () => failure,
    async downloadBytes(url, maxLength) {
      try {
        return await fetchFile(url, maxLength);
      } catch (error) {
        // That there is no next root is how the search for one ends.
        if (!(error instanceof DownloadHTTPError)) failure = error;
        throw error;
      }
    },
    // The pointer is fetched without the library, by the hash that the library vouches for.
    downloadFile: (url) => Promise.reject(unknownFile(new URL(url).pathname)),
  };
}

function toMetadata(bytes: Uint8Array, where: string): Buffer {
  if (startsLikePage(bytes)) {
    throw new RealmError("not_json", `${where} is a web page. A login page may have answered for the realm.`);
  }
  scanJson(bytes, { maxJsonDepth: wireLimits.maxJsonDepth, maxRowBytes: MAX_FILE_BYTES }, where);
  return Buffer.from(bytes);
}

/** Without consistent snapshots files change under their names; with delegations others would sign for the realm. */
function unknownFile(file: string): RealmError {
  return new RealmError(
    "invalid_document",
    `The realm's metadata asks for ${file.slice(0, 80)}. A realm has consistent snapshots, one target and no delegations.`,
  );
}
