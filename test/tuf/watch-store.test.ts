import { expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { Updater } from "tuf-js";
import { stageCache } from "../../lib/realm-client/tuf-cache.ts";
import { METADATA_BASE_URL } from "../../lib/realm-client/tuf-fetcher.ts";
import { watchStore } from "../../lib/realm-client/tuf-store.ts";
import { follow } from "./follower.ts";
import { DAY_MS, NOW, startRepository, toExpiry } from "./repository.ts";

test("a cached copy that was refused is not blamed for a disk that failed afterwards", async () => {
  await using repository = await startRepository();
  using host = follow(repository);
  repository.signed.timestamp.expires = toExpiry(NOW + DAY_MS);
  repository.publish("timestamp");
  await host.refresh();
  repository.signed.timestamp.expires = toExpiry(NOW + 30 * DAY_MS);
  repository.publish("timestamp");

  using cache = stageCache(host.metadataDir, true);
  const updater = new Updater({
    metadataDir: cache.dir,
    metadataBaseUrl: METADATA_BASE_URL,
    config: { maxRootRotations: 0 },
    fetcher: {
      async downloadBytes() {
        // From here on nothing can be written.
        rmSync(cache.dir, { recursive: true });
        writeFileSync(cache.dir, "");
        return repository.file("metadata/timestamp.json");
      },
      downloadFile: () => Promise.reject(new Error("It asked for a target.")),
    },
  });
  const store = watchStore(updater, NOW + 2 * DAY_MS);
  const error = await updater.refresh().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  expect(store.refusal()).toBeUndefined();
});

test("a library that keeps its store elsewhere is refused, and not run with the machine's clock", () => {
  const updater = Object.create(Updater.prototype) as Updater;
  expect(() => watchStore(updater, NOW)).toThrow(TypeError);
  Reflect.set(updater, "trustedSet", { referenceTime: new Date(NOW) });
  expect(() => watchStore(updater, NOW)).toThrow("keeps its store");
});
