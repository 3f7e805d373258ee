import { ZodError } from "zod";
import { messageOf } from "../errors.ts";
import { toPackLine } from "../model/pack-row.ts";
import { type PackRow, wireLimits } from "../model/wire.ts";
import { FrontMatterError } from "./front-matter.ts";
import { describeHidden, findHiddenCharacter } from "./hidden-characters.ts";
import { type PublishingHost, readKata } from "./kata-file.ts";
import { type Problem, type PublishErrorCode, refusal } from "./publish-error.ts";
import type { PublishedRow } from "./published-row.ts";

/** What a new version's row says beside its source. Milliseconds since 1970. */
export interface Publishing {
  seq: number;
  now: number;
}

/**
 * The row of a version that was not published before: compiled, described and within what clients accept.
 *
 * @param file how messages call it
 * @throws PublishError `not_utf8`, `hidden_character`, `does_not_compile`, `front_matter`,
 *   `name_refused`, `version_refused`, `metadata_refused`, `row_too_large`
 */
export function toKataRow(
  file: string,
  bytes: Uint8Array,
  host: PublishingHost,
  { seq, now }: Publishing,
): PublishedRow {
  const source = toSource(file, bytes);
  const { metadata } = readOrRefuse(file, source, host);
  const row: PackRow = {
    ...metadata,
    seq,
    status: "active",
    requiredKatas: metadata.requiredKatas ?? [],
    sourceBytes: bytes.byteLength,
    compiledWith: host.version,
    releaseDate: metadata.releaseDate ?? now,
    lastModified: now,
  };
  const line = toPackLine(row);
  const lineBytes = Buffer.byteLength(line, "utf8");
  if (lineBytes > wireLimits.maxRowBytes) {
    throw refusal({
      code: "row_too_large",
      file,
      found: `metadata of ${lineBytes} bytes`,
      expected: `at most ${wireLimits.maxRowBytes}: fewer skills, katas or words`,
    });
  }
  return { row, line };
}

function toSource(file: string, bytes: Uint8Array): string {
  const source = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  // A lossy decode would publish another source than the one whose hash is listed.
  if (!Buffer.from(source, "utf8").equals(bytes)) {
    throw refusal({ code: "not_utf8", file, found: "bytes that are no UTF-8", expected: "UTF-8 text" });
  }
  const hidden = findHiddenCharacter(source);
  if (hidden !== undefined) {
    throw refusal({
      code: "hidden_character",
      file,
      found: `${describeHidden(hidden)}, which nobody can see`,
      expected: "text without control, bidirectional or zero-width characters",
    });
  }
  return source;
}

function readOrRefuse(file: string, source: string, host: PublishingHost): ReturnType<typeof readKata> {
  try {
    return readKata(source, host);
  } catch (cause) {
    throw refusal({ file, ...explain(cause, host) }, { cause });
  }
}

function explain(error: unknown, host: PublishingHost): Omit<Problem, "file"> {
  if (error instanceof FrontMatterError) {
    return {
      code: "front_matter",
      found: error.message,
      expected: "known fields, each once and with a value that fits",
    };
  }
  if (error instanceof ZodError) {
    const [issue] = error.issues;
    const field = String(issue?.path[0] ?? "metadata");
    const code: PublishErrorCode = refusedFields[field] ?? "metadata_refused";
    return { code, found: `a ${field} that cannot be published`, expected: ruleOf(issue?.message) };
  }
  return {
    code: "does_not_compile",
    found: messageOf(error),
    expected: `source that Ronin ${host.version} compiles`,
  };
}

const refusedFields: Record<string, PublishErrorCode> = { name: "name_refused", version: "version_refused" };

/** The schema's messages say what was expected, some of them with that word. */
function ruleOf(message = "what the realm format allows"): string {
  return message.replace(/^expected /, "");
}
