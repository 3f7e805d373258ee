import "./jitless.ts";
import { systemClock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import { createRealmClient } from "../realm-client/client.ts";
import { MAX_JOB_BYTES, type RealmOutcome, type RealmProgress, syncJobSchema } from "./job.ts";
import { readLines } from "./lines.ts";
import { performJob } from "./perform-job.ts";

/*
 * The entry of the sync's own process. It reads one job from stdin, writes to stdout how far it is and one line an
 * outcome, and ends with 0 when every realm has its outcome. It handles no signal: to be killed at any moment is part
 * of the plan, and SQLite leaves the old index or the new one.
 */

// Not process.stdout: making that takes as long as a sync that finds nothing new.
const stdout = Bun.stdout.writer();
const lines = readLines(Bun.stdin.stream(), MAX_JOB_BYTES);

try {
  const { value: line } = await lines.next();
  if (line === undefined) throw new Error("stdin ended before it held a job");
  const job = syncJobSchema.parse(JSON.parse(line));
  void exitWithParent();
  const client = createRealmClient({ clock: systemClock });
  await performJob(job, write, { client, clock: systemClock, onProgress: write });
  // Exiting drops what stdout, a pipe, has not taken yet.
  await stdout.end();
  process.exit(0);
} catch (error) {
  // The parent keeps the end of stderr for its own message.
  console.error(messageOf(error));
  process.exit(1);
}

/** The parent holds our stdin open and writes nothing more: its end, however it comes, means nobody listens. */
async function exitWithParent(): Promise<void> {
  try {
    await lines.next();
  } finally {
    process.exit(1);
  }
}

function write(line: RealmOutcome | RealmProgress): void {
  stdout.write(`${JSON.stringify(line)}\n`);
  void stdout.flush();
}
