let count = 0;

/** The next step of the story. */
export function step(text: string): void {
  count += 1;
  console.log(`\n${String(count).padStart(2)}  ${text}`);
}

/** What belongs to the step above. */
export function say(text: string): void {
  for (const line of text.trimEnd().split("\n")) console.log(line === "" ? "" : `      ${line}`);
}
