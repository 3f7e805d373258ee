import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type EventName, eventTable } from "../../lib/events.ts";

/*
 * Every world of the suite holds these ten secrets where the pack can come by them, and is searched for them when it
 * stops: its files, and all that was said in it. One that shows up fails the test that the world was made for.
 */

/** What each of them is, and the text that must stay where it was put. */
export const planted = {
  "a variable of another program": "planted-of-another-program",
  "an API key in the environment": "planted-api-key",
  "a setting of another agent": "planted-setting",
  "a file beside the database": "planted-file",
  "the context of a need": "planted-context",
  "a field that no event has": "planted-field",
  "a cookie of a realm's server": "planted-cookie",
  "what a server says beside an error": "planted-error-page",
} as const;

/** The variable that holds the API key of a world's realm. */
export const PLANTED_KEY_VARIABLE = "PLANTED_REALM_KEY";
const variables = {
  [PLANTED_KEY_VARIABLE]: planted["an API key in the environment"],
  PLANTED_OTHER_TOKEN: planted["a variable of another program"],
};
/** The other two are the world's own, made anew in each. */
const ownSecrets = ["approval.key", "page.token"];
/** Where the secrets themselves are kept. */
const holders = new Set([...ownSecrets, ".env"]);

/** Puts the secrets of environment and files in place. Worlds come after each other, and all leave the variables. */
export function plant(home: string): void {
  Object.assign(process.env, variables);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, ".env"), `TOKEN=${planted["a file beside the database"]}\n`);
}

/** What a sender puts beside what an event asks for. */
export function withPlanted(event: string, payload: unknown): unknown {
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) return payload;
  const context = event === "capability.missing" ? { token: planted["the context of a need"] } : undefined;
  return { planted: planted["a field that no event has"], ...(context && { context }), ...payload };
}

/** The events that the pack sends: what it hears may hold anything. */
export function outgoing<Seen extends { event: EventName }>(events: readonly Seen[]): Seen[] {
  return events.filter(({ event }) => eventTable[event].direction === "out");
}

/**
 * Looks for the ten secrets in all files of the world and in what was said.
 *
 * @param said by where it was said: text, or what has a JSON form
 * @throws Error that says what was found where, and not the secret
 */
export function searchForPlanted(home: string, said: Record<string, unknown>): void {
  const files = filesBelow(home);
  const secrets = [
    ...Object.entries(planted),
    ...files.filter((path) => ownSecrets.includes(basename(path))).flatMap(writingsOf),
  ];
  const places = [
    ...files
      .filter((path) => !holders.has(basename(path)))
      .map((path) => [path, readFileSync(path, "latin1")] as const),
    ...Object.entries(said).map(([place, value]) => [place, JSON.stringify(value) ?? ""] as const),
  ];
  const found = places.flatMap(([place, text]) =>
    secrets.filter(([, secret]) => text.includes(secret)).map(([what]) => `${what} is in ${place}`),
  );
  if (found.length > 0) throw new Error(`A secret got out: ${found.join("; ")}`);
}

function writingsOf(path: string): Array<[string, string]> {
  const bytes = readFileSync(path);
  // A test that damages such a file leaves what is found everywhere.
  if (bytes.byteLength < 32) return [];
  return (["latin1", "hex", "base64"] as const).map((form) => [basename(path), bytes.toString(form)]);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
