import type { KataCompiler, KataParser } from "../host.ts";
import { kataMetadataSchema, type RealmKataMetadata } from "../model/kata.ts";
import { describeCompiled } from "../trust/describe.ts";
import { readFrontMatter } from "./front-matter.ts";

/** A kata file as a realm lists it, with the bytes that `katas/<sha256>.kata` holds. */
export interface KataFile {
  metadata: RealmKataMetadata;
  source: string;
}

/** The classes and version of the Ronin that katas are published for. */
export interface PublishingHost {
  version: string;
  parser: KataParser;
  compiler: KataCompiler;
}

/**
 * Reads one kata: what the compiled graph says, and what the front matter adds. The source is taken as it is,
 * byte for byte.
 *
 * @throws the host's parse or compile error; FrontMatterError; ZodError when a name or version cannot be published
 */
export function readKata(source: string, host: PublishingHost): KataFile {
  const compiled = host.compiler.compile(host.parser.parse(source));
  const metadata = kataMetadataSchema.parse({
    ...describeCompiled(compiled, source),
    ...readFrontMatter(source),
    compiledWith: host.version,
  });
  return { metadata, source };
}
