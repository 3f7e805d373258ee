/** One line of `requires`. The host takes any word for `type`; only `skill` has a meaning to its compiler. */
export interface KataRequirement {
  type: string;
  name: string;
  version?: string | undefined;
}

/** Hints for choosing a model, in the order they stand in the source. */
export interface KataModelHints {
  nametag?: string;
  tags?: string[];
  fallback?: string;
}

/** What a phase does. `timeout` is NaN in the one spelling the host's lexer accepts, so null in JSON. */
export type KataAction =
  | { type: "run"; skill: string }
  | { type: "spawn"; kata: string; version: string }
  | { type: "wait"; eventName: string; timeout: number | undefined };

export interface KataPhase {
  name: string;
  action: KataAction;
  next?: string | undefined;
  terminal?: "complete" | "fail" | undefined;
  aiModel?: KataModelHints | undefined;
}

/** What the parser returns. Its key order is part of the format: checksums are taken over its JSON. */
export interface KataAst {
  name: string;
  version: string;
  requires: KataRequirement[];
  initial: string;
  phases: Record<string, KataPhase>;
  aiModel?: KataModelHints | undefined;
}

/** What the compiler returns and the registry stores. `checksum` is the SHA-256 of the tree's JSON, not of the source. */
export interface CompiledKata extends KataAst {
  requiredSkills: string[];
  checksum: string;
}

export interface KataProblem {
  rule: string;
  phase?: string;
  message: string;
}

export interface KataValidation {
  valid: boolean;
  errors: KataProblem[];
}

export interface KataParserLike {
  parse(source: string): KataAst;
}

export interface KataCompilerLike {
  compile(ast: KataAst): CompiledKata;
  validate(ast: KataAst): KataValidation;
}

export interface KataRegistryLike {
  register(source: string): Promise<CompiledKata>;
  registerOrSkip(source: string): Promise<CompiledKata>;
  get(name: string, version: string): Promise<CompiledKata | null>;
  getVersions(name: string): Promise<CompiledKata[]>;
  exists(name: string, version: string): Promise<boolean>;
  validateDSL(source: string): KataValidation;
}
