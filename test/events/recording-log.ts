import type { Log } from "../../lib/log.ts";

/** A log that a test can read. */
export interface RecordingLog extends Log {
  lines: Array<{ level: keyof Log; line: string }>;
}

export function createRecordingLog(): RecordingLog {
  const lines: RecordingLog["lines"] = [];
  const record = (level: keyof Log) => (line: string) => void lines.push({ level, line });
  return { lines, info: record("info"), warn: record("warn"), error: record("error") };
}
