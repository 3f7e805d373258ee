import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RealmError } from "../../../lib/errors.ts";
import { fetchSignedPointer } from "../../../lib/realm-client/tuf.ts";
import { NOW, startRepository } from "../../tuf/repository.ts";
import { mutateBytes, mutateValue, oddValue, randomOf } from "../mutate.ts";
import { pick } from "../random.ts";
import { fail, type OpenTarget, toCode } from "../target.ts";

/** The files of a signed realm: the pointer that its keys signed, byte for byte, or an error. */
export const metadata: OpenTarget = async () => {
  await using repository = await startRepository();
  repository.setPointer();
  repository.publish();
  const files = new Map(repository.paths().map((path) => [path, repository.file(path)]));
  const signed = [...files.keys()];
  const root = repository.fingerprint();
  const pointer = files.get("realm.json");
  const folder = mkdtempSync(join(tmpdir(), "realms-fuzz-"));
  let count = 0;
  return {
    name: "signed metadata",
    // Each case is a whole update with its signatures.
    share: 0.1,
    async check(one) {
      const random = randomOf(one);
      const path = pick(random, signed);
      const bytes = files.get(path) ?? fail("a file is missing");
      const served =
        one.kind === "valid"
          ? bytes
          : one.kind === "odd"
            ? Buffer.from(String(JSON.stringify(oddValue(random))))
            : one.seed % 2 === 0
              ? mutateBytes(bytes, random)
              : Buffer.from(JSON.stringify(mutateValue(JSON.parse(bytes.toString()), random)) ?? "");
      count += 1;
      const metadataDir = join(folder, String(count));
      // Met for the first time or pinned: without a pin another root is another realm, with other keys.
      const realm = { id: "acme", url: "https://realm.example", root };
      try {
        const found = await fetchSignedPointer({
          realm,
          metadataDir,
          known: undefined,
          now: NOW,
          fetchBounded: async (_realm, asked) => (asked === path ? served : files.get(asked)),
        });
        if (pointer === undefined || !pointer.equals(found.pointerBytes))
          fail("a pointer that nobody signed");
      } catch (error) {
        const code = toCode(error, [RealmError]);
        if (one.kind === "valid") fail(`a valid realm is refused: ${code}`);
      } finally {
        rmSync(metadataDir, { recursive: true, force: true });
      }
    },
    close: () => rmSync(folder, { recursive: true }),
  };
};
