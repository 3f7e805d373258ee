import type { KataHost } from "../../lib/embedded-host/index.ts";

export type KataClasses = Pick<KataHost, "KataParser" | "KataCompiler">;

/** Everything that parsing, checking and compiling one source gives or throws, as text. */
export function describeOutcome({ KataParser, KataCompiler }: KataClasses, source: string): string {
  const parse = () => new KataParser().parse(source);
  return [
    attempt(parse),
    attempt(() => new KataCompiler().validate(parse())),
    attempt(() => new KataCompiler().compile(parse())),
  ].join("\n");
}

function attempt(run: () => unknown): string {
  try {
    return JSON.stringify(run());
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}
