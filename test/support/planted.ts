import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type EventName, eventTable } from "../../lib/events.ts";

/*
 * The worlds of this suite hold these secrets wherever the pack can come by some, beside the two that each world makes,
 * its approval key and its page's token. What a world wrote and said is searched for the ten when it stops, what an error
 * or a command says at once, and one that shows up fails the test.
 */

/** What each of them is, and the text that must stay where it was put. */
export const planted = {
  "an API key in the environment": "planted-1-api-key",
  "a variable of another program": "planted-2-variable",
  "a setting of another agent": "planted-3-setting",
  "a file beside the database": "planted-4-file",
  "the context of a need": "planted-5-context",
  "a field that no event has": "planted-6-field",
  "a cookie of a realm's server": "planted-7-cookie",
  "what a server says beside an error": "planted-8-error-page",
} as const;

/** The variable that holds the API key of a world's realm. */
export const PLANTED_KEY_VARIABLE = "PLANTED_REALM_KEY";
/** Files that hold a world's own secrets. */
const ownFiles = ["approval.key", "page.token"];
const PLANTED_FILE = ".env";

/** Puts the secrets of environment and files in place, for a world whose files lie in `home`. */
export function plant(home: string): void {
  process.env[PLANTED_KEY_VARIABLE] = planted["an API key in the environment"];
  process.env.PLANTED_TOKEN = planted["a variable of another program"];
  writeFileSync(join(home, PLANTED_FILE), `TOKEN=${planted["a file beside the database"]}\n`);
}

/** What a sender puts beside what an event that the pack hears asks for. */
export function withPlanted(event: string, payload: unknown): unknown {
  const isHeard = (eventTable as Record<string, { direction: string }>)[event]?.direction === "in";
  if (!isHeard || typeof payload !== "object" || payload === null || Array.isArray(payload)) return payload;
  const context = event === "capability.missing" && { context: { token: planted["the context of a need"] } };
  return { planted: planted["a field that no event has"], ...context, ...payload };
}

/**
 * Looks for the ten secrets in all files of a world and in what was said there.
 *
 * @param said by where it was said: text, or what has a JSON form
 * @throws Error that says what was found where, and not the secret
 */
export function searchWorld(
  home: string,
  { events, ...said }: { events: readonly Heard[]; [place: string]: unknown },
): void {
  const files = filesBelow(home);
  const own = files.filter((path) => ownFiles.includes(basename(path))).flatMap(writingsOf);
  const secrets = [...Object.entries(planted), ...own];
  for (const path of files) {
    if (ownFiles.includes(basename(path)) || basename(path) === PLANTED_FILE) continue;
    refuseSecrets(path, readFileSync(path, "latin1"), secrets);
  }
  const sent = events.filter(({ event }) => eventTable[event].direction === "out");
  for (const [place, value] of Object.entries({ ...said, "an event": sent }))
    refuseSecrets(place, JSON.stringify(value) ?? "", secrets);
}

/** @throws Error when a planted secret is in what was said there */
export function refuseSecrets(
  place: string,
  text: string,
  secrets: ReadonlyArray<readonly [string, string]> = Object.entries(planted),
): void {
  for (const [what, secret] of secrets)
    if (text.includes(secret)) throw new Error(`A secret got out: ${what} is in ${place}.`);
}

interface Heard {
  event: EventName;
}

/** The ways in which such a file's bytes may be written. */
function writingsOf(path: string): Array<[string, string]> {
  const bytes = readFileSync(path);
  // What is left of one that a test cut off is found everywhere.
  if (bytes.byteLength < 32) return [];
  return (["latin1", "hex", "base64"] as const).map((form) => [basename(path), bytes.toString(form)]);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
