import { answerFromFolder, toResponse } from "./folder-answer.ts";

export interface FolderServer {
  /** `http://127.0.0.1:<port>` */
  url: string;
  /** Ends every connection. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  folder: string;
  /** 0 takes a free one. */
  port: number;
  /** Told of every request once it is answered. */
  onRequest?: ((line: { path: string; status: number; bytes: number }) => void) | undefined;
}

/**
 * Serves a realm's folder on this machine, pages included: see {@link answerFromFolder}.
 *
 * @throws the system's error when the port cannot be had
 */
export function serveFolder({ folder, port, onRequest }: ServeOptions): FolderServer {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const answer = await answerFromFolder(request, folder, pathname.slice(1), { withPages: true });
      onRequest?.({ path: pathname, status: answer.status, bytes: answer.bytes });
      return toResponse(request, answer);
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, stop: () => server.stop(true) };
}
