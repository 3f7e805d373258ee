import { toSize } from "../model/size.ts";
import type { SyncProgress } from "./shown.ts";

/** How far a sync is, in words that follow the realm's name: `receiving 12.4 MB of 80.1 MB`. */
export function sayProgress(progress: SyncProgress | null): string {
  if (progress === null) return "asking";
  const { step, done, of } = progress;
  switch (step) {
    case "waiting":
      return "waiting for another sync to end";
    case "receiving":
      return `receiving ${toSize(done)}${of === null ? "" : ` of ${toSize(of)}`}`;
    case "indexing":
      return `indexing ${toCount(done)}${of === null ? "" : ` of ${toCount(of)}`} versions`;
  }
}

function toCount(count: number): string {
  return count.toLocaleString("en");
}
