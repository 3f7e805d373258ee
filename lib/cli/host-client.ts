import { messageOf } from "../errors.ts";
import { type EventPayload, eventTable } from "../events.ts";
import { CommandError } from "./command-error.ts";

const TIMEOUT_MS = 5000;
const SOURCE = "realms-cli";

/**
 * Asks the host on this machine to put back what it has lost. Resolves when the host has that on its bus, which does
 * not mean that anyone handled it.
 *
 * @throws CommandError `host_unreachable`, `host_refused`
 */
export async function requestRestore(
  port: number,
  payload: EventPayload<"kata.restore_requested">,
): Promise<void> {
  const event = "kata.restore_requested";
  // A payload that the listener would drop as malformed must fail here, where a person sees it.
  const data = eventTable[event].schema.parse(payload);
  const response = await askHost(port, "/api/events/emit", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ event, data, source: SOURCE }),
  });
  await response.body?.cancel();
  if (response.ok) return;
  throw new CommandError(
    "host_refused",
    `What listens on 127.0.0.1:${port} answered ${response.status} and is probably not Ronin.\nName Ronin's port with --port or WEBHOOK_PORT.`,
  );
}

/** Whether something on that port answers as Ronin does. */
export async function isHostUp(port: number): Promise<boolean> {
  try {
    const response = await askHost(port, "/api/status", { method: "GET" });
    await response.body?.cancel();
    return response.ok;
  } catch {
    // No answer is the answer: it is not up.
    return false;
  }
}

/** Whoever decides is told before they are asked anything. */
export function roninIsDown(port: number): CommandError {
  return new CommandError(
    "host_unreachable",
    `No Dojo page answers this user on 127.0.0.1:${port}, and it is Ronin that installs.\nStart Ronin with the pack, then try again. Another port: --port or WEBHOOK_PORT.\nIf it runs there, then as another user or with another RONIN_REALMS_HOME.`,
  );
}

/**
 * Asks the host on this machine. Loopback only: a decision must not travel, and the address is not for anyone to
 * choose.
 *
 * @throws CommandError `host_unreachable`
 */
export async function askHost(
  port: number,
  path: string,
  init: RequestInit,
  timeoutMs: number = TIMEOUT_MS,
): Promise<Response> {
  return await fetch(`http://127.0.0.1:${port}${path}`, {
    redirect: "error",
    ...init,
    keepalive: false,
    // Left alone, Bun sends even loopback requests to HTTP_PROXY, and with them the page's cookie.
    proxy: false,
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    throw unreachable(port, error, timeoutMs);
  });
}

function unreachable(port: number, error: unknown, timeoutMs: number): CommandError {
  const isTimeout = error instanceof Error && error.name === "TimeoutError";
  const message = isTimeout
    ? `Ronin on 127.0.0.1:${port} did not answer within ${timeoutMs / 1000} s.\nIt may have taken what was asked all the same: look with realms status.`
    : `Nothing answers on 127.0.0.1:${port} (${messageOf(error)}).\nStart Ronin, then try again. Another port: --port or WEBHOOK_PORT.`;
  return new CommandError("host_unreachable", message, { cause: error });
}
