import { describe, expect, test } from "bun:test";
import { setPatientTimer } from "../../lib/realm-client/patient-timer.ts";

/** One step that nothing can interrupt, as the transaction of a large index is. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe("a limit of time", () => {
  test("comes once its time has passed", async () => {
    const fired = Promise.withResolvers<number>();
    const startedAt = performance.now();
    setPatientTimer(() => fired.resolve(performance.now() - startedAt), 30);
    expect(await fired.promise).toBeGreaterThanOrEqual(29);
  });

  test("does not count the time in which this process was busy with something else", async () => {
    let isFired = false;
    const cancel = setPatientTimer(() => {
      isFired = true;
    }, 300);
    await Bun.sleep(1);
    // Much longer than the limit; what waits in the sockets could not be read meanwhile.
    block(700);
    await Bun.sleep(10);
    expect(isFired).toBe(false);
    cancel();
  });

  test("does not come after it was cancelled", async () => {
    let isFired = false;
    const cancel = setPatientTimer(() => {
      isFired = true;
    }, 20);
    cancel();
    await Bun.sleep(40);
    expect(isFired).toBe(false);
  });
});
