export type LogLevel = "debug" | "info" | "warn" | "error";

export interface LogLine {
  level: LogLevel;
  message: string;
  detail?: Record<string, unknown>;
}

export type Log = (level: LogLevel, message: string, detail?: Record<string, unknown>) => void;

/** Appends every line to `lines` and passes it on to `forward`, which must not throw. */
export function createLog(lines: LogLine[], forward: (line: LogLine) => void = () => {}): Log {
  return (level, message, detail) => {
    const line: LogLine = detail === undefined ? { level, message } : { level, message, detail };
    lines.push(line);
    forward(line);
  };
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
