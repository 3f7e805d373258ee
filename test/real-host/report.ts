export interface Report {
  readonly passed: number;
  readonly failed: number;
  line(text: string): void;
  /** Records one thing that was seen, or was not. */
  check(what: string, holds: boolean, found?: unknown): void;
  /** Counts whatever is thrown as a failure and goes on with the next scenario. */
  guard(run: () => Promise<void>): Promise<void>;
  toMarkdown(): string;
}

export function createReport(): Report {
  const lines: string[] = [];
  let passed = 0;
  let failed = 0;
  const line = (text: string): void => {
    lines.push(text);
    console.log(text);
  };
  const check = (what: string, holds: boolean, found?: unknown): void => {
    if (holds) passed += 1;
    else failed += 1;
    line(
      `- ${holds ? "seen" : "NOT SEEN"}: ${what}${holds || found === undefined ? "" : `; found ${JSON.stringify(found)}`}`,
    );
  };
  return {
    get passed() {
      return passed;
    },
    get failed() {
      return failed;
    },
    line,
    check,
    async guard(run) {
      try {
        await run();
      } catch (error) {
        check(`the scenario runs to its end (${error instanceof Error ? error.message : error})`, false);
      }
    },
    toMarkdown: () =>
      `# The pack in a real Ronin\n\nThe last output of \`npm run test:host -- --record\`: the host boots in scratch folders, untouched, with the\nbuilt pack, and what it did is read from its database file.\n\n${lines.join("\n")}\n`,
  };
}
