import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../errors.ts";
import { sha256Hex } from "../trust/digest.ts";
import { SigningError } from "../trust/signing-error.ts";
import { answerFromFolder, toResponse } from "./folder-answer.ts";
import { keyFile } from "./keys-folder.ts";
import { POINTER_PATH } from "./realm-paths.ts";
import { fingerprintOf, newestOf } from "./root-chain.ts";
import { TARGET } from "./sign-metadata.ts";
import { isSignedUnder, readSignedFolder } from "./signed-folder.ts";

/** A realm's folder as one Ronin serves it to others. */
export interface SharedFolder {
  /** Whether it may be served as it lies there now. */
  look(): SharedState;
  /** Never rejects for what is in the folder. */
  answer(request: Request, path: string): Promise<Response>;
}

export type SharedState =
  | { kind: "served" /** SHA-256 of the first root. */; fingerprint: string }
  | { kind: "refused"; reason: string };

/**
 * Shares a folder as long as it holds a signed realm; else every path is 404. Its pages are left out: they would
 * run as part of the Ronin that serves them. It is looked at again once it was published or signed anew.
 */
export function shareFolder(folder: string): SharedFolder {
  let known: { stamp: string; state: SharedState } | undefined;
  const look = (): SharedState => {
    const stamp = stampOf(folder);
    if (known?.stamp !== stamp) known = { stamp, state: judge(folder) };
    return known.state;
  };
  return {
    look,
    async answer(request, path) {
      const isServed = look().kind === "served";
      // What an unsigned folder has is nobody's business, and its paths are not told from others.
      const answer = await answerFromFolder(request, folder, isServed ? path : ".", { withPages: false });
      return toResponse(request, answer);
    },
  };
}

/**
 * Holds a folder to what a follower on another machine needs: signatures, since plain HTTP carries it, and no key.
 *
 * @returns SHA-256 of the first root
 * @throws SigningError `keys_in_output`, `not_published`, `not_signed`, `metadata_damaged`, `root_chain_broken`
 */
export function verifyShared(folder: string): string {
  for (const name of [keyFile("root"), keyFile("online")]) {
    if (!existsSync(join(folder, name))) continue;
    throw new SigningError(
      "keys_in_output",
      `${folder} holds ${name}, and a host serves it.\nMove the keys out of it.`,
    );
  }
  if (!existsSync(join(folder, POINTER_PATH))) {
    throw new SigningError(
      "not_published",
      `There is no realm in ${folder}.\nMake one: realms publish --from-local --out ${folder} --sign`,
    );
  }
  const { chain, current } = readSignedFolder(folder);
  if (chain === undefined || current === undefined || !isSignedUnder(newestOf(chain).metadata, current)) {
    throw new SigningError(
      "not_signed",
      `The realm in ${folder} is not signed.\nSign it: realms sign --out ${folder}`,
    );
  }
  const hash = current.targets.signed.targets[TARGET]?.hashes.sha256 ?? "";
  if (hash === "" || !hasBytes(join(folder, `${hash}.${POINTER_PATH}`), hash)) {
    throw new SigningError(
      "metadata_damaged",
      `What was signed in ${folder} is not there.\nSign it again: realms sign --out ${folder}`,
    );
  }
  return fingerprintOf(chain);
}

function hasBytes(path: string, hash: string): boolean {
  return existsSync(path) && sha256Hex(readFileSync(path)) === hash;
}

function judge(folder: string): SharedState {
  try {
    return { kind: "served", fingerprint: verifyShared(folder) };
  } catch (error) {
    return { kind: "refused", reason: messageOf(error) };
  }
}

/** Signing writes the timestamp last; a pointer or a key that comes or goes changes the folder itself. */
function stampOf(folder: string): string {
  return [folder, join(folder, "metadata/timestamp.json")]
    .map((path) => statSync(path, { bigint: true, throwIfNoEntry: false }))
    .map((stats) =>
      stats === undefined ? "" : `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`,
    )
    .join(", ");
}
