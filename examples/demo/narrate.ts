let count = 0;
let heard: string[] = [];

/** The next step of the story, after what the pack itself had to say until here. */
export function step(text: string): void {
  flush();
  count += 1;
  print(`\n${String(count).padStart(2)}  ${text}`);
}

/** What belongs to the step above. */
export function say(text: string): void {
  for (const line of text.trimEnd().split("\n")) print(line === "" ? "" : `      ${line}`);
}

/** A line without a step, after everything that was heard. */
export function close(text: string): void {
  flush();
  print(text);
}

/** Keeps what the pack writes to the console until the story has a place for it, so that no question is torn. */
export function listenToPack(): void {
  for (const level of ["log", "warn", "error"] as const)
    console[level] = (line: unknown) => heard.push(String(line));
}

function flush(): void {
  for (const line of heard) say(line);
  heard = [];
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
