import { RealmsError, RegistryBusyError } from "../../errors.ts";
import { readPageToken } from "../../runtime/page-token.ts";
import { pageTokenPath } from "../../runtime/paths.ts";
import { CommandError } from "../command-error.ts";
import { askHost } from "../host-client.ts";
import type { HostLocation } from "../locate-host.ts";
import type { Surroundings } from "../surroundings.ts";
import type { CommandDesk } from "./command-desk.ts";

/** The page refused what was asked, for a reason with one of the pack's codes. */
export class PageError extends RealmsError {}

/** A realm that is looked at for the first time may take this long to answer the page. */
const TIMEOUT_MS = 30_000;
const MAX_TRIES = 8;
const API = "/dojo/api";

/**
 * The desk of the Ronin that runs on this port, for the user whose token file opens its page. Undefined where no
 * page answers.
 *
 * @throws HostError `page_token_unusable`; CommandError `host_refused` when the page does not take the token
 */
export async function findPageDesk(
  host: HostLocation,
  around: Pick<Surroundings, "env">,
): Promise<CommandDesk | undefined> {
  const token = readPageToken(pageTokenPath(around.env));
  if (token === undefined) return undefined;
  const cookie = await logIn(host.port, token);
  return cookie === undefined ? undefined : createPageDesk(host.port, cookie);
}

/** Trades the token for the page's cookie, as a browser does. Undefined where there is no page. */
async function logIn(port: number, token: string): Promise<string | undefined> {
  let response: Response;
  try {
    response = await askHost(port, `/dojo?token=${token}`, { method: "GET", redirect: "manual" }, TIMEOUT_MS);
  } catch {
    // Nothing answers: Ronin is down.
    return undefined;
  }
  await response.body?.cancel();
  if (response.status === 404) return undefined;
  const cookie = response.headers.getSetCookie()[0]?.split(";")[0];
  if (cookie !== undefined && cookie !== "") return cookie;
  const refused = response.status < 500;
  throw new CommandError(
    "host_refused",
    refused
      ? `The page on 127.0.0.1:${port} does not take this user's token (${response.status}).\nIf that Ronin runs as another user, run this command as that user, or name another port with --port.`
      : `The page on 127.0.0.1:${port} cannot be opened now (${response.status}).\nTry again in a minute; Ronin's log says why.`,
  );
}

function createPageDesk(port: number, cookie: string): CommandDesk {
  const read = <View>(path: string, query: Record<string, string | undefined> = {}): Promise<View> =>
    untilFree(() => call(port, `${API}${path}${toQuery(query)}`, { method: "GET", headers: { cookie } }));
  const change = async <Answer>(path: string, body: object): Promise<Answer> => {
    const { token } = await read<{ token: string }>("/action");
    return await call(port, `${API}${path}`, {
      method: "POST",
      headers: {
        cookie,
        "content-type": "application/json",
        origin: `http://127.0.0.1:${port}`,
        "x-action": token,
      },
      body: JSON.stringify(body),
    });
  };
  return {
    via: "page",
    proposals: () => read("/proposals"),
    proposal: (id, version) => read(`/proposals/${encodeURIComponent(id)}`, { version }),
    search: ({ text, realm, tag, complexity, hasSkills }) =>
      read("/search", {
        text,
        realm: realm ?? undefined,
        tag: tag ?? undefined,
        complexity: complexity ?? undefined,
        hasSkills: hasSkills === true ? "1" : undefined,
      }),
    kata: (kata, version) => read(toKataPath(kata), { version }),
    requestInstall: (kata, given) => change(`${toKataPath(kata)}/install`, given),
    realms: () => read("/realms"),
    previewRealm: (given) => change("/realms/preview", given),
    addRealm: (given) => change("/realms", given),
    changeRealm: (id, how) => change(`/realms/${encodeURIComponent(id)}/${how}`, {}),
    history: ({ text, realm, outcome }) => read("/history", { text, realm: realm ?? undefined, outcome }),
    entry: (id) => read(`/history/${encodeURIComponent(id)}`),
    receipts: () => read("/receipts"),
    status: () => read("/status"),
    approve: (id, approval) => change(`/proposals/${encodeURIComponent(id)}/approve`, approval),
    reject: (id, rejection) => change(`/proposals/${encodeURIComponent(id)}/reject`, rejection),
    lock: () => read("/lock"),
    compareLock: (lock) => change("/lock", lock),
    syncRealm: (id) => change(`/realms/${encodeURIComponent(id)}/sync`, {}),
  };
}

/** The page waits a second or two for a locked database and then says so; who only reads can ask again. */
async function untilFree<View>(ask: () => Promise<View>): Promise<View> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof RegistryBusyError) || tries === MAX_TRIES) throw error;
    }
  }
}

function toKataPath({ realm, name }: { realm: string; name: string }): string {
  return `/katas/${encodeURIComponent(realm)}/${encodeURIComponent(name)}`;
}

function toQuery(query: Record<string, string | undefined>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}

async function call<Answer>(port: number, path: string, init: RequestInit): Promise<Answer> {
  const response = await askHost(port, path, init, TIMEOUT_MS);
  const answer: unknown = await response.json().catch(() => undefined);
  // Both ends are this pack, and every text of it is made plain where it is printed.
  if (response.ok && answer !== undefined) return answer as Answer;
  throw toError(answer, response.status, port);
}

function toError(answer: unknown, status: number, port: number): Error {
  const { code, message }: { code?: unknown; message?: unknown } = Object(Object(answer).error);
  if (code === "registry_busy") return new RegistryBusyError();
  if (typeof code === "string" && /^[a-z_]{1,40}$/.test(code)) return new PageError(code, String(message));
  return new CommandError(
    "host_refused",
    `The page on 127.0.0.1:${port} answered ${status} without saying why.\nIf its pack is of another version, drop this one in: realms drop-in ~/.ronin`,
  );
}
