import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** A folder for what a sync holds only for a while: packs, between the network and the index. */
export interface Scratch extends Disposable {
  /** The path of a file that does not exist. The folder is made with the first one. */
  newFile(): string;
}

/**
 * The scratch folder beside an index file. What a killed sync left in it goes now, and everything goes in the end,
 * so that the disk holds the packs of one run at most.
 */
export function openScratch(indexPath: string): Scratch {
  const folder = `${indexPath}.packs`;
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  remove();
  return {
    newFile() {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return join(folder, crypto.randomUUID());
    },
    [Symbol.dispose]: remove,
  };
}
