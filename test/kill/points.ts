import { readFileSync } from "node:fs";

/** What one process or another was about to do in a recorded run. */
export interface Point {
  /** `<process> <kind> <what>#<nth>`, the same in every run. */
  id: string;
  part: "start" | "sync" | "need" | "approve";
}

/** The point without its process and number: what source code can be compared with. */
export function actOf({ id }: Pick<Point, "id">): string {
  return id.replace(/^\S+ /, "").replace(/#\d+$/, "");
}

/**
 * The points of a recorded part. What happens before the part begins, while the host starts, is recorded with the
 * first start and the first restart; in later parts it would only be the same again.
 */
export function readPoints(path: string, part: Point["part"]): Point[] {
  const ids = readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => String(JSON.parse(line)));
  const begin = ids.indexOf("begin");
  const isStartOfInterest = part === "start" || part === "sync";
  return ids
    .filter((id, at) => id !== "begin" && (at > begin || isStartOfInterest))
    .map((id) => ({ id, part }));
}
