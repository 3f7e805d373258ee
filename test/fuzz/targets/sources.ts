import { KataCompiler, KataParser } from "ronin-plugin-api";
import { InstallError } from "../../../lib/errors.ts";
import { compileSource } from "../../../lib/install/compile.ts";
import { kataMetadataSchema } from "../../../lib/model/kata.ts";
import { verifyCompiled } from "../../../lib/trust/compiled.ts";
import { describeCompiled } from "../../../lib/trust/describe.ts";
import { sha256Hex } from "../../../lib/trust/digest.ts";
import { verifySource } from "../../../lib/trust/source.ts";
import { randomKatas } from "../../embedded-host/random-katas.ts";
import { kata } from "../../support/install-world.ts";
import { mutateBytes, oddValue, randomOf } from "../mutate.ts";
import { fail, type OpenTarget, toCode } from "../target.ts";

const valid = kata("finance.audit", "v1", ["notify.user@v1"]);

/** What a realm serves as a source: the one that was approved, or an error, also when its hash was right. */
export const sources: OpenTarget = () => {
  const host = { parser: new KataParser(), compiler: new KataCompiler() };
  const approved = describeCompiled(compileSource(host, valid), valid);
  return {
    name: "kata sources",
    check(one) {
      const random = randomOf(one);
      const bytes =
        one.kind === "valid"
          ? Buffer.from(valid)
          : one.kind === "mutated"
            ? mutateBytes(Buffer.from(valid), random)
            : Buffer.from(
                one.seed % 4 === 0
                  ? String(JSON.stringify(oddValue(random)))
                  : randomKatas(one.seed).next().value,
              );
      try {
        // The realm that changed the source has changed the hash beside it.
        const source = verifySource(bytes, sha256Hex(bytes));
        if (!Buffer.from(source.text).equals(bytes)) fail("the text is not that of the bytes");
        const compiled = compileSource(host, source.text);
        // Whatever compiles can be said of in a realm's own words, or is refused there.
        kataMetadataSchema.safeParse(describeCompiled(compiled, source.text));
        const { compiledHash } = verifyCompiled(compiled, approved, "acme", { roninVersion: "1.1.1" });
        if (compiledHash !== approved.compiledHash) fail("another graph passed for the approved one");
        if (JSON.stringify(compiled) !== JSON.stringify(compileSource(host, valid)))
          fail("a different graph, the same hash");
      } catch (error) {
        const code = toCode(error, [InstallError]);
        if (one.kind === "valid") fail(`a valid source is refused: ${code}`);
      }
    },
  };
};
