/** One line a call, for the person who runs the host. Never a secret, a full URL or kata source. */
export interface Log {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

/** The host has no logger for agents; they write to the console with their name in brackets. */
export function createConsoleLog(name: string): Log {
  return {
    info: (line) => console.log(`[${name}] ${toOneLine(line)}`),
    warn: (line) => console.warn(`[${name}] ${toOneLine(line)}`),
    error: (line) => console.error(`[${name}] ${toOneLine(line)}`),
  };
}

/** A line names ids and reasons that anybody put on the bus: they must not forge a line or steer a terminal. */
function toOneLine(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
}
