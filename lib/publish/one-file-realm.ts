import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { byVersionDescending } from "../model/kata.ts";
import { type KataFile, type PublishingHost, readKata } from "./kata-file.ts";

/** A realm's files by their path below its url: `realm.json` and `katas/<sha256>.kata`. */
export type RealmFiles = Map<string, Uint8Array>;

/**
 * Makes the smallest realm there is out of a folder of `.kata` files: one pointer that holds its rows itself,
 * and the sources beside it. The same folder gives the same bytes.
 *
 * @throws Error naming the file that cannot be published, with what is wrong in it
 */
export async function buildOneFileRealm(
  folder: string,
  realm: { id: string; name: string },
  host: PublishingHost,
): Promise<RealmFiles> {
  const files = await readKatas(folder, host);
  const rows = files.map(({ metadata }) => metadata).sort(byNameThenNewest);
  const pointer = { format: 1, realm: realm.id, name: realm.name, katas: rows };
  return new Map([
    ["realm.json", encode(`${JSON.stringify(pointer, null, 2)}\n`)],
    ...files.map(({ metadata, source }) => [`katas/${metadata.sourceHash}.kata`, encode(source)] as const),
  ]);
}

async function readKatas(folder: string, host: PublishingHost): Promise<KataFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".kata")).sort();
  return Promise.all(
    names.map(async (name) => {
      const source = await readFile(join(folder, name), "utf8");
      try {
        return readKata(source, host);
      } catch (error) {
        throw new Error(`${name} cannot be published: ${error instanceof Error ? error.message : error}`, {
          cause: error,
        });
      }
    }),
  );
}

function byNameThenNewest(a: KataFile["metadata"], b: KataFile["metadata"]): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : byVersionDescending(a, b);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
