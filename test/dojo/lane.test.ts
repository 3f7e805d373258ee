import { expect, test } from "bun:test";
import { createLane } from "../../lib/dojo/lane.ts";

test("tasks run one at a time, in their order", async () => {
  const lane = createLane();
  const steps: string[] = [];
  const task = (name: string) => async () => {
    steps.push(`${name} starts`);
    await Bun.sleep(1);
    steps.push(`${name} ends`);
  };
  await Promise.all([lane.run(task("a")), lane.run(task("b"))]);
  expect(steps).toEqual(["a starts", "a ends", "b starts", "b ends"]);
});

test("a task that fails tells its caller and does not stop the next", async () => {
  const lane = createLane();
  const failed = lane.run(() => Promise.reject(new RangeError("no")));
  const done: string[] = [];
  const next = lane.run(async () => void done.push("next"));
  expect(await failed.catch((error: unknown) => error)).toBeInstanceOf(RangeError);
  await next;
  expect(done).toEqual(["next"]);
});

test("stopping lets the running task end and drops those that wait", async () => {
  const lane = createLane();
  const done: string[] = [];
  const started = Promise.withResolvers<void>();
  const running = lane.run(async () => {
    started.resolve();
    await Bun.sleep(1);
    done.push("running");
  });
  const waiting = lane.run(async () => void done.push("waiting"));
  await started.promise;
  await lane.stop();
  await lane.run(async () => void done.push("late"));
  await Promise.all([running, waiting]);
  expect(done).toEqual(["running"]);
});
