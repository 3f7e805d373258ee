import { toSize } from "../../model/size.ts";
import { serveFolder } from "../../publish/serve-folder.ts";
import { CommandError } from "../command-error.ts";
import type { FolderContext } from "../folder-context.ts";
import { countOf } from "../format.ts";
import type { Report } from "../print.ts";
import { toRealmFolder } from "../realm-folder.ts";

/**
 * `realms serve <folder>`: serves a realm's folder on 127.0.0.1 until it is interrupted.
 *
 * @throws CommandError `folder_not_found`, `port_in_use`
 */
export async function serveCommand(
  { around, isJson, say }: FolderContext,
  folder: string,
  { port = 0 }: { port?: number | undefined },
): Promise<Report> {
  const root = toRealmFolder(folder, around.cwd);
  let requests = 0;
  const server = startServer(root, port, ({ path, status, bytes }) => {
    requests += 1;
    say([`${status}  ${path}  ${toSize(bytes)}`]);
  });
  try {
    say([`Serving ${folder} at ${server.url} until Ctrl-C.`]);
    // A script needs the address before the end, and under --json nothing else would say it.
    if (isJson) around.stderr.write(`${server.url}\n`);
    await aborted(around.signal);
  } finally {
    await server.stop();
  }
  return {
    json: { url: server.url, requests },
    lines: [`Stopped after ${countOf(requests, "request", "requests")}.`],
  };
}

function startServer(
  folder: string,
  port: number,
  onRequest: Parameters<typeof serveFolder>[0]["onRequest"],
): ReturnType<typeof serveFolder> {
  try {
    return serveFolder({ folder, port, onRequest });
  } catch (cause) {
    throw new CommandError(
      "port_in_use",
      `Port ${port} on 127.0.0.1 cannot be had. Name another with --port.`,
      {
        cause,
      },
    );
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
