import { InstallError, messageOf, RealmError } from "../../errors.ts";
import { MAX_SOURCE_BYTES, type RealmKataMetadata } from "../../model/kata.ts";
import { verifyCompiled } from "../../trust/compiled.ts";
import { verifySource } from "../../trust/source.ts";
import type { PublishingHost } from "../kata-file.ts";
import { rowKey } from "../published-row.ts";
import { kataPath } from "../realm-paths.ts";
import type { RealmReader } from "../realm-reader.ts";
import { attempt, type Finding, type Findings } from "./finding.ts";

export interface CheckSourcesDeps {
  reader: RealmReader;
  host: PublishingHost;
  onProgress: (done: number, total: number) => void;
  signal: AbortSignal;
}

/** Asked at a time of a realm that is served. */
const PARALLEL = 8;

/**
 * Fetches, verifies and compiles every source as an install does, and holds it against what its row says.
 *
 * @returns bytes of all sources together
 */
export async function checkSources(
  realm: string,
  rows: readonly RealmKataMetadata[],
  findings: Findings,
  deps: CheckSourcesDeps,
): Promise<number> {
  const results: Array<Findings & { bytes: number }> = [];
  const queue = rows.entries();
  const work = async (): Promise<void> => {
    for (const [index, row] of queue) {
      deps.signal.throwIfAborted();
      deps.onProgress(index, rows.length);
      results[index] = await checkSource(realm, row, deps);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  findings.errors.push(...results.flatMap(({ errors }) => errors));
  findings.warnings.push(
    ...gatherCompilers(
      results.flatMap(({ warnings }) => warnings),
      deps.host.version,
    ),
  );
  return results.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function checkSource(
  realm: string,
  row: RealmKataMetadata,
  { reader, host }: CheckSourcesDeps,
): Promise<Findings & { bytes: number }> {
  const found: Findings = { errors: [], warnings: [] };
  const path = kataPath(row.sourceHash);
  const bytes = await attempt(found, path, `the source of ${rowKey(row)}`, async () => {
    const read = await reader.read(path, MAX_SOURCE_BYTES);
    if (read === undefined) throw new RealmError("not_found", "no such file");
    return read;
  });
  if (bytes === undefined) return { ...found, bytes: 0 };
  await attempt(found, path, `what the row of ${rowKey(row)} says`, () => {
    const { text } = verifySource(bytes, row.sourceHash, rowKey(row));
    refuseOtherSize(bytes.byteLength, row.sourceBytes);
    const warning = verifyGraph(realm, row, text, host);
    if (warning !== undefined) found.warnings.push(warning);
  });
  return { ...found, bytes: bytes.byteLength };
}

function refuseOtherSize(found: number, said: number | undefined): void {
  if (said === undefined || said === found) return;
  throw new RealmError("invalid_document", `${found} bytes, where the row's sourceBytes says ${said}`);
}

/** Compiles, and compares all that the row claims. Another compiler's graph is a warning, for it may differ. */
function verifyGraph(
  realm: string,
  row: RealmKataMetadata,
  source: string,
  host: PublishingHost,
): Finding | undefined {
  const compiled = compile(source, host);
  const policy = { roninVersion: host.version, acceptOtherCompiler: true };
  const { checksumVerified } = verifyCompiled(compiled, row, realm, policy);
  if (checksumVerified) return undefined;
  return {
    code: "another_compiler",
    file: rowKey(row),
    found: row.compiledWith ?? "",
    expected: host.version,
  };
}

function compile(source: string, { parser, compiler }: PublishingHost): ReturnType<typeof compiler.compile> {
  try {
    return compiler.compile(parser.parse(source));
  } catch (cause) {
    throw new InstallError("compile_failed", messageOf(cause), { cause });
  }
}

/** One warning for all of them: which compiler to check with is one question. */
function gatherCompilers(warnings: readonly Finding[], version: string): Finding[] {
  const [first] = warnings;
  if (first === undefined) return [];
  const versions = [...new Set(warnings.map(({ found }) => found))].sort();
  return [
    {
      code: "another_compiler",
      file: first.file,
      found: `${warnings.length} versions whose graph Ronin ${versions.join(", ")} made and ${version} makes otherwise`,
      expected: `the same graph; people with Ronin ${version} have to accept the difference`,
    },
  ];
}
