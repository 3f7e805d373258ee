import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { KataCompiler, KataParser, RONIN_VERSION } from "ronin-plugin-api";
import { buildRealm } from "../../lib/publish/build-realm.ts";
import { createKeys } from "../../lib/publish/keys.ts";
import { signRealm } from "../../lib/publish/sign.ts";

export interface PublishedExamples {
  /** What a host serves. */
  site: string;
  /** SHA-256 of the realm's first root: what a follower pins. */
  fingerprint: string;
}

/** Publishes the example katas below `folder`, signed with keys that are made for this one run. */
export async function publishExamples(folder: string): Promise<PublishedExamples> {
  const [site, keys, now] = [join(folder, "site"), join(folder, "keys"), Date.now()];
  await buildRealm(
    {
      katas: join(import.meta.dir, "../katas"),
      out: site,
      realm: "examples",
      name: "Example katas",
      now,
    },
    {
      host: { version: RONIN_VERSION, parser: new KataParser(), compiler: new KataCompiler() },
      onProgress: () => {},
      signal: new AbortController().signal,
    },
  );
  // Nobody keeps this passphrase, and it cannot be guessed, so a guess need not cost anything.
  const passphrase = crypto.randomUUID();
  const { fingerprint } = createKeys("examples", { folder: keys, passphrase, now, scryptN: 2 });
  await signRealm({ out: site, keys, passphrase: async () => passphrase, now });
  return { site, fingerprint };
}

/** Flips one bit in the middle of every source and leaves index and signatures as they are. */
export async function tamper(site: string): Promise<void> {
  for (const name of await readdir(join(site, "katas"))) {
    const path = join(site, "katas", name);
    const bytes = await readFile(path);
    const middle = bytes.length >> 1;
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    await writeFile(path, bytes);
  }
}
