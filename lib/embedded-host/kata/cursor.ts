import { type Token, tokenize } from "./lexer.ts";

/**
 * A position in the words of one source. `take*` moves on when the word fits and answers what it was; `expect*`
 * throws the host's parse error instead, which names the line and column of the word found.
 */
export class TokenCursor {
  readonly #tokens: Token[];
  #position = 0;

  constructor(source: string) {
    this.#tokens = tokenize(source);
  }

  get current(): Token {
    const token = this.#tokens[this.#position];
    if (token === undefined) throw new RangeError("token cursor is past the end of the source");
    return token;
  }

  /** Moves past the current word, whatever it is; stays on `eof`. */
  takeAny(): Token {
    const token = this.current;
    if (token.kind !== "eof") this.#position += 1;
    return token;
  }

  isKeyword(word: string): boolean {
    return this.current.kind === "keyword" && this.current.text === word;
  }

  takeKeyword(word: string): boolean {
    const found = this.isKeyword(word);
    if (found) this.takeAny();
    return found;
  }

  expectKeyword(word: string): void {
    if (!this.takeKeyword(word)) throw this.expected(`keyword '${word}'`);
  }

  takeIdentifier(): string | undefined {
    return this.current.kind === "identifier" ? this.takeAny().text : undefined;
  }

  expectIdentifier(): string {
    const name = this.takeIdentifier();
    if (name === undefined) throw this.expected("identifier");
    return name;
  }

  takeVersion(): string | undefined {
    return this.current.kind === "version" ? this.takeAny().text : undefined;
  }

  expectVersion(): string {
    const version = this.takeVersion();
    if (version === undefined) throw this.expected("version (e.g., v1, v2)");
    return version;
  }

  expectArrow(): void {
    if (this.current.kind !== "arrow") throw this.expected("'->'");
    this.takeAny();
  }

  expectNumber(after: string): number {
    if (this.current.kind !== "number") throw this.expected(`number after '${after}'`);
    return Number.parseInt(this.takeAny().text, 10);
  }

  skipNewlines(): void {
    while (this.current.kind === "newline") this.takeAny();
  }

  expected(what: string): Error {
    const { line, column } = this.current;
    return new Error(`Parse error at line ${line}, column ${column}: Expected ${what}`);
  }
}
