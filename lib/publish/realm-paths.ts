/** Where things lie below a realm's url. */
export const POINTER_PATH = "realm.json";
export const FIRST_ROOT_PATH = "metadata/1.root.json";

export function packPath(sha256: string): string {
  return `packs/${sha256}.ndjson.gz`;
}

export function kataPath(sourceHash: string): string {
  return `katas/${sourceHash}.kata`;
}
