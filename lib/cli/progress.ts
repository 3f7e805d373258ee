import { printLines } from "./print.ts";
import type { Surroundings } from "./surroundings.ts";

const PAUSE_MS = 1000;
/** Without a person watching, only what takes long is worth a line in a log. */
const UNWATCHED_AFTER_MS = 2000;

/** Says on stderr how far a long command is: at most a line a second, and none in the first one. */
export type Progress = (text: () => string) => void;

export function createProgress(
  around: Pick<Surroundings, "clock" | "stderr" | "isTTY">,
  isJson: boolean,
): Progress {
  if (isJson) return () => {};
  const startedAt = around.clock.now();
  let saidAt = startedAt;
  return (text) => {
    const now = around.clock.now();
    if (!around.isTTY && now - startedAt < UNWATCHED_AFTER_MS) return;
    if (now - saidAt < PAUSE_MS) return;
    saidAt = now;
    printLines(around.stderr, [text()]);
  };
}
