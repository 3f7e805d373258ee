import type { AgentAPI } from "../contract/agent.ts";
import type { CompiledKata, KataRegistryLike, KataValidation } from "../contract/kata.ts";
import { KataCompiler } from "./compiler.ts";
import { KataParser } from "./parser.ts";
import { createKataTable, findKata, findVersions, insertKata } from "./store.ts";

/**
 * The host's registry over `kata_definitions`. It looks first and writes later: two registrations of one name and
 * version at the same time both succeed and the last one stays. Emits nothing and deletes nothing.
 */
export class KataRegistry implements KataRegistryLike {
  readonly #db: AgentAPI["db"];
  readonly #parser = new KataParser();
  readonly #compiler = new KataCompiler();

  /** Creates the table on the way; a failure is printed and shows again at the first use. */
  constructor(api: Pick<AgentAPI, "db">) {
    this.#db = api.db;
    createKataTable(api.db).catch((error: unknown) => console.error("kata registry: no table", error));
  }

  /** Rejects with the parser's or compiler's error, or `Kata 'n' version 'v' already registered (katas are immutable)`. */
  async register(source: string): Promise<CompiledKata> {
    const kata = this.#compile(source);
    if (await this.exists(kata.name, kata.version)) {
      throw new Error(
        `Kata '${kata.name}' version '${kata.version}' already registered (katas are immutable)`,
      );
    }
    await insertKata(this.#db, kata, source);
    return kata;
  }

  /** Resolves with what is stored under that name and version, even when the source differs. */
  async registerOrSkip(source: string): Promise<CompiledKata> {
    const kata = this.#compile(source);
    const stored = await this.get(kata.name, kata.version);
    if (stored) return stored;
    await insertKata(this.#db, kata, source);
    return kata;
  }

  async get(name: string, version: string): Promise<CompiledKata | null> {
    return (await findKata(this.#db, name, version)) ?? null;
  }

  async getVersions(name: string): Promise<CompiledKata[]> {
    return findVersions(this.#db, name);
  }

  async exists(name: string, version: string): Promise<boolean> {
    return (await findKata(this.#db, name, version)) !== undefined;
  }

  /** Never throws: source that does not parse is one problem of the rule `parse_error`. */
  validateDSL(source: string): KataValidation {
    try {
      return this.#compiler.validate(this.#parser.parse(source));
    } catch (error) {
      return { valid: false, errors: [{ rule: "parse_error", message: String(error) }] };
    }
  }

  #compile(source: string): CompiledKata {
    return this.#compiler.compile(this.#parser.parse(source));
  }
}
