import { RegistryError } from "../errors.ts";
import type { OwnKata } from "./own-katas.ts";

/** What a person says about which katas of this Ronin to publish. */
export interface ShareChoice {
  /** `name` or `name@version`. When any is given, these and no others. */
  named: readonly string[];
  /** Those of unknown origin too. */
  all: boolean;
}

export interface ChosenKatas {
  chosen: OwnKata[];
  leftOut: OwnKata[];
}

/**
 * Which of the host's katas to publish: those that were created here, or those that were named. One that came
 * from a realm is its publisher's, and goes out under another name only when a person names it. What was
 * published before goes along in any case, so that it does not look lost.
 *
 * @param isPublished whether these very bytes were published before
 * @throws RegistryError `unknown_kata` for a name that the host does not have
 */
export function chooseShared(
  katas: readonly OwnKata[],
  { named, all }: ShareChoice,
  isPublished: (kata: OwnKata) => boolean,
): ChosenKatas {
  for (const name of named) {
    if (katas.some((kata) => isNamed(kata, name))) continue;
    throw new RegistryError("unknown_kata", `This Ronin has no kata ${name}.`);
  }
  const isWanted = (kata: OwnKata): boolean => {
    if (named.length > 0) return named.some((name) => isNamed(kata, name));
    return kata.origin === "created" || (all && kata.origin === "unknown");
  };
  const isChosen = (kata: OwnKata): boolean => isWanted(kata) || isPublished(kata);
  return { chosen: katas.filter(isChosen), leftOut: katas.filter((kata) => !isChosen(kata)) };
}

function isNamed({ name, version }: OwnKata, given: string): boolean {
  return given === name || given === `${name}@${version}`;
}
