import { RealmError } from "../../errors.ts";
import { packPath } from "../realm-paths.ts";
import type { RealmReader } from "../realm-reader.ts";
import type { Findings } from "./finding.ts";

/** No file has this hash, so nobody can have put one there. */
const NO_SUCH_FILE = packPath("0".repeat(64));
const MAX_PAGE_BYTES = 1024 * 1024;

/**
 * Asks for a file that cannot exist. A host that answers all the same hides what is missing, and a client that
 * looks for a realm's root takes the page for a broken one.
 *
 * @returns whether the host says no to what does not exist
 */
export async function checkHosting(reader: RealmReader, findings: Findings): Promise<boolean> {
  if (await answers(reader, NO_SUCH_FILE)) {
    findings.errors.push({
      code: "unknown_paths_answered",
      file: NO_SUCH_FILE,
      found: "an answer with status 200",
      expected: "404 for what does not exist; see the host's settings for single-page applications",
    });
    return false;
  }
  if (!reader.isServed && !(await answers(reader, "404.html"))) {
    findings.warnings.push({
      code: "no_not_found_page",
      file: "404.html",
      found: "no such file",
      expected: "one, so that no host answers an unknown path with a page and 200",
    });
  }
  return true;
}

async function answers(reader: RealmReader, path: string): Promise<boolean> {
  try {
    return (await reader.read(path, MAX_PAGE_BYTES)) !== undefined;
  } catch (error) {
    return error instanceof RealmError && error.code === "too_large";
  }
}
