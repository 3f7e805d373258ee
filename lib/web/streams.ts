import type { Desk } from "../desk/desk.ts";
import { Refusal } from "./refusal.ts";

export const MAX_STREAMS = 16;
/** The host closes a connection on which nothing happened for a minute. */
const COMMENT_MS = 20_000;
const RETRY_MS = 1000;

/** The open streams of the page, each of which tells one browser what has changed. */
export interface Streams {
  /** @throws Refusal `too_many_streams` */
  open(request: Request): Response;
  count(): number;
  close(): void;
}

export function createStreams(
  { desk }: { desk: Pick<Desk, "listen"> },
  { commentMs = COMMENT_MS }: { commentMs?: number } = {},
): Streams {
  const closers = new Set<() => void>();

  const open = (request: Request): ReadableStream<string> => {
    let end = (): void => {};
    return new ReadableStream<string>({
      start(controller) {
        const comment = setInterval(() => controller.enqueue(": still here\n\n"), commentMs);
        controller.enqueue(`retry: ${RETRY_MS}\n\n`);
        const stop = desk.listen((message) => controller.enqueue(`data: ${JSON.stringify(message)}\n\n`));
        const onAbort = (): void => end();
        end = () => {
          if (!closers.delete(end)) return;
          clearInterval(comment);
          stop();
          request.signal.removeEventListener("abort", onAbort);
          try {
            controller.close();
          } catch {
            // The browser was first.
          }
        };
        closers.add(end);
        request.signal.addEventListener("abort", onAbort);
      },
      cancel: () => end(),
    });
  };

  return {
    open(request) {
      if (closers.size >= MAX_STREAMS) {
        throw new Refusal("too_many_streams", "Too many pages are open. Close some of them.");
      }
      const headers = { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" };
      return new Response(open(request).pipeThrough(new TextEncoderStream()), { headers });
    },
    count: () => closers.size,
    close() {
      for (const end of [...closers]) end();
    },
  };
}
