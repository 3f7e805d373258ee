import { RealmError } from "../../../lib/errors.ts";
import { kataMetadataSchema } from "../../../lib/model/kata.ts";
import { packedRealmSchema } from "../../../lib/model/wire.ts";
import { defaultLimits } from "../../../lib/realm-client/limits.ts";
import { parsePointer } from "../../../lib/realm-client/pointer.ts";
import { bytesOf } from "../mutate.ts";
import { oneFile, packed } from "../samples.ts";
import { fail, type OpenTarget, orCode } from "../target.ts";

/** `realm.json` and `index.json` as a realm answers: every row fits its schema, or all of it is refused. */
export const documents: OpenTarget = () => ({
  name: "realm documents",
  check(one) {
    const isPacked = one.seed % 3 === 0;
    const file = one.seed % 5 === 0 && !isPacked ? "index.json" : "realm.json";
    const bytes = bytesOf(one, isPacked ? packed : oneFile);
    const rules = { file, realmId: "acme", isPinned: false, limits: defaultLimits, where: "a file" } as const;
    const answer = orCode(() => parsePointer(bytes, rules), [RealmError]);
    if ("code" in answer) {
      if (one.kind === "valid") fail(`a valid document is refused: ${answer.code}`);
      return;
    }
    const { result } = answer;
    if (result.kind === "packed") {
      packedRealmSchema.parse(result.pointer);
      if (result.pointer.realm !== "acme") fail("another realm's pointer");
      return;
    }
    const names = result.katas.map((kata) => {
      // A kata that went through its schema goes through it again unchanged.
      const again = kataMetadataSchema.parse(kata);
      if (!Bun.deepEquals(again, kata)) fail("a row that changes when it is read again");
      return `${kata.name}@${kata.version}`;
    });
    if (new Set(names).size !== names.length) fail("a version twice");
    if (one.kind === "valid" && names.length !== oneFile.katas.length) fail("rows are lost");
  },
});
