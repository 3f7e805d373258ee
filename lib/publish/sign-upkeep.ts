import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { RETIRED_PACK_MS, RETIRED_PACK_PUBLISHES } from "./pack-upkeep.ts";
import { POINTER_PATH } from "./realm-paths.ts";

/**
 * Which files a signed realm no longer needs: metadata of versions long replaced, and the pointers that only they
 * name. They stay as long as the packs that those pointers name, for caches that lag. Roots stay for good: a
 * client that was away follows them one by one.
 *
 * @param now milliseconds since 1970
 * @returns paths in the folder, sorted
 */
export async function planSignedUpkeep(out: string, now: number): Promise<string[]> {
  const isOld = async (path: string) => now - (await stat(join(out, path))).mtimeMs >= RETIRED_PACK_MS;
  const metadata = (await list(join(out, "metadata"))).flatMap(toVersioned);
  const newest = (role: string) =>
    Math.max(0, ...metadata.filter((file) => file.role === role).map(({ version }) => version));
  const old = metadata.filter(({ role, version }) => version <= newest(role) - RETIRED_PACK_PUBLISHES);
  const removed: string[] = [];
  for (const { path } of old) if (await isOld(path)) removed.push(path);

  const kept = metadata.filter(({ role, path }) => role === "targets" && !removed.includes(path));
  const named = (await Promise.all(kept.map(({ path }) => readFile(join(out, path), "utf8")))).join();
  for (const name of await list(out)) {
    const hash = hashedPointer.exec(name)?.[1];
    if (hash !== undefined && !named.includes(hash) && (await isOld(name))) removed.push(name);
  }
  return removed.sort();
}

const versionedName = /^([1-9]\d*)\.(targets|snapshot)\.json$/;
const hashedPointer = new RegExp(`^([0-9a-f]{64})\\.${POINTER_PATH.replace(".", "\\.")}$`);

function toVersioned(name: string): Array<{ path: string; role: string; version: number }> {
  const [, version, role] = versionedName.exec(name) ?? [];
  return role === undefined ? [] : [{ path: `metadata/${name}`, role, version: Number(version) }];
}

function list(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });
}
