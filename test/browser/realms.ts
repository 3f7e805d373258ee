import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KataCompiler, KataParser, RONIN_VERSION } from "ronin-plugin-api";
import { publishExamples } from "../../examples/demo/publish.ts";
import type { RealmKataMetadata } from "../../lib/model/kata.ts";
import { readKata } from "../../lib/publish/kata-file.ts";
import { type FileContent, type RealmServer, startRealmServer } from "../support/realm-server.ts";
import { readAll } from "../tuf/publisher.ts";

const examples = join(import.meta.dir, "../../examples/katas");

/** The demo's katas. */
export function exampleSources(): string[] {
  const files = readdirSync(examples).filter((name) => name.endsWith(".kata"));
  return files.map((name) => readFileSync(join(examples, name), "utf8"));
}

/** A realm in its smallest form: one document, and each source under its hash. */
export function serveRealm(id: string, name: string, sources: readonly string[]): Promise<RealmServer> {
  return startRealmServer(toRealmFiles(id, name, sources));
}

/** `claims` is said of every version that it returns something for. */
export function toRealmFiles(
  id: string,
  name: string,
  sources: readonly string[],
  claims: (kata: RealmKataMetadata) => Partial<RealmKataMetadata> = () => ({}),
): Record<string, FileContent> {
  const host = { version: RONIN_VERSION, parser: new KataParser(), compiler: new KataCompiler() };
  const katas = sources.map((source) => readKata(source, host));
  const files: Record<string, FileContent> = {
    "realm.json": {
      format: 1,
      realm: id,
      name,
      katas: katas.map(({ metadata }) => ({ ...metadata, ...claims(metadata) })),
    },
  };
  for (const { metadata, source } of katas) files[`katas/${metadata.sourceHash}.kata`] = source;
  return files;
}

export interface SignedServer {
  server: RealmServer;
  /** SHA-256 of its first root: what a follower pins. */
  root: string;
}

/** The demo's katas as the demo publishes them: signed, with keys that nobody keeps. */
export async function serveSignedExamples(): Promise<SignedServer> {
  const folder = mkdtempSync(join(tmpdir(), "realms-signed-"));
  try {
    const { site, fingerprint } = await publishExamples(folder);
    const files = [...readAll(site)].map(([path, text]) => [path, Buffer.from(text, "latin1")] as const);
    return { server: await startRealmServer(Object.fromEntries(files)), root: fingerprint };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Texts that try to be more than text. */
export const hostileText = `</title><script>document.title="owned"</script><img src=x onerror="document.title='owned'">'"\`\${7*7}`;

/** A kata whose every text is hostile. Its name and hashes are as they must be. */
export const hostileSource = `# description: ${hostileText}
# tags: <b>bold</b>, "><svg onload=alert(1)>
# complexity: simple
# author: ${hostileText}
# license: <i>none</i>
# released: 2026-05-01
# changes: ${hostileText}
kata hostile.garden v1
requires skill local.shell.safe

initial dig

phase dig
  run skill local.shell.safe
  complete
`;
