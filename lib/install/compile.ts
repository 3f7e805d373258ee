import { InstallError, messageOf } from "../errors.ts";
import type { CompiledKata, KataAst } from "../host.ts";
import type { PlanStep } from "../model/install.ts";
import { type CompiledPolicy, type CompiledVerdict, verifyCompiled } from "../trust/compiled.ts";
import type { VerifiedSource } from "../trust/source.ts";
import type { InstallHost } from "./deps.ts";

/**
 * Compiles a verified source with the running host's parser and compiler, and holds the graph against the
 * realm's index.
 *
 * @throws InstallError `parse_failed`, `compile_failed` and everything `verifyCompiled` throws
 */
export function compileVerified(
  host: Pick<InstallHost, "parser" | "compiler">,
  step: PlanStep,
  source: VerifiedSource,
  policy: CompiledPolicy,
): CompiledVerdict & { compiled: CompiledKata } {
  const compiled = compileSource(host, source.text);
  return { compiled, ...verifyCompiled(compiled, step.kata, step.realm, policy) };
}

/** @throws InstallError `parse_failed`, `compile_failed`, with the host's own message */
export function compileSource(host: Pick<InstallHost, "parser" | "compiler">, text: string): CompiledKata {
  let ast: KataAst;
  try {
    ast = host.parser.parse(text);
  } catch (error) {
    throw new InstallError("parse_failed", messageOf(error), { cause: error });
  }
  try {
    return host.compiler.compile(ast);
  } catch (error) {
    throw new InstallError("compile_failed", messageOf(error), { cause: error });
  }
}
