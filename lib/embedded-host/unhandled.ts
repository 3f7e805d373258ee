import type { Log } from "./log.ts";

/**
 * Keeps the process alive after a rejection or exception that nobody handled, as the host does, and logs what the
 * host logs: that there was one. Its message and stack are lost. Returns the way to undo it.
 */
export function surviveUnhandled(log: Log): () => void {
  const onRejection = (): void => log("error", "unhandled rejection, crash prevented", { reason: {} });
  const onException = (): void => log("error", "uncaught exception, crash prevented", { error: {} });
  process.on("unhandledRejection", onRejection);
  process.on("uncaughtException", onException);
  return () => {
    process.off("unhandledRejection", onRejection);
    process.off("uncaughtException", onException);
  };
}
