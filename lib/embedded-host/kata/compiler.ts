import { createHash } from "node:crypto";
import type { CompiledKata, KataAst, KataCompilerLike, KataValidation } from "../contract/kata.ts";
import { declaredSkills, findProblems } from "./rules.ts";

/** Checks a parsed kata and closes it with its skills and checksum, byte for byte as Ronin 1.1.1 does. */
export class KataCompiler implements KataCompilerLike {
  /** Throws an Error `Kata compilation failed:` with one indented line for each problem. */
  compile(ast: KataAst): CompiledKata {
    const { valid, errors } = this.validate(ast);
    if (!valid)
      throw new Error(
        ["Kata compilation failed:", ...errors.map(({ message }) => `  - ${message}`)].join("\n"),
      );
    // Over the tree, not over the source: comments, spacing and ignored trailing text leave the checksum as it is.
    const checksum = createHash("sha256").update(JSON.stringify(ast)).digest("hex");
    return { ...ast, requiredSkills: declaredSkills(ast), checksum };
  }

  validate(ast: KataAst): KataValidation {
    const errors = findProblems(ast);
    return { valid: errors.length === 0, errors };
  }
}
