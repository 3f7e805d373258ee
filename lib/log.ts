/** One line a call, for the person who runs the host. Never a secret, a full URL or kata source. */
export interface Log {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

/** The host has no logger for agents; they write to the console with their name in brackets. */
export function createConsoleLog(name: string): Log {
  return {
    info: (line) => console.log(`[${name}] ${line}`),
    warn: (line) => console.warn(`[${name}] ${line}`),
    error: (line) => console.error(`[${name}] ${line}`),
  };
}
