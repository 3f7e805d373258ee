import { createListener } from "../../../lib/bus.ts";
import { eventTable, type IncomingEvent } from "../../../lib/events.ts";
import { incoming, samples } from "../../events/samples.ts";
import { documentOf, oddTexts, randomOf } from "../mutate.ts";
import { pick, type Random } from "../random.ts";
import { fail, type OpenTarget } from "../target.ts";

/** What anybody puts on the bus: a handler gets what fits the event's schema, or nothing, and nobody hears a throw. */
export const events: OpenTarget = () => ({
  name: "event payloads",
  check(one) {
    const random = randomOf(one);
    const event = pick(random, incoming);
    const document = documentOf(one, samples[event]);
    const payload = one.kind === "odd" && one.seed % 2 === 0 ? strange(document, random) : document;
    let heard = 0;
    const lines: string[] = [];
    const record = (line: string): void => void lines.push(line);
    const log = { info: record, warn: record, error: record };
    listen(
      event,
      (given) => {
        heard += 1;
        if (!eventTable[event].schema.safeParse(given).success) fail(`${event} was handled and does not fit`);
      },
      log,
    )(payload);
    if (heard + lines.length !== 1) fail(`${event} was handled ${heard} times with ${lines.length} lines`);
    if (one.kind === "valid" && heard === 0) fail(`${event} was not handled: ${lines.join()}`);
    // What was sent is anybody's, and a line of the log is no place for it.
    if ((lines[0]?.length ?? 0) > 1200) fail(`${event} wrote ${lines[0]?.length} characters`);
  },
});

function listen(
  event: IncomingEvent,
  handler: (payload: unknown) => void,
  log: Parameters<typeof createListener>[2],
): (data: unknown) => void {
  const errors: unknown[] = [];
  const listener = createListener(
    event,
    (payload) => {
      try {
        handler(payload);
      } catch (error) {
        errors.push(error);
      }
    },
    log,
  );
  return (data) => {
    listener(data);
    if (errors.length > 0) throw errors[0];
  };
}

/** What JSON cannot hold and a process can. */
function strange(document: unknown, random: Random): unknown {
  const key = pick(random, ["intent", "proposalId", "approvedBy", "proof", "then", ...oddTexts]);
  const target = { ...Object(document) };
  switch (Math.floor(random() * 8)) {
    case 0:
      return Object.defineProperty(target, key, {
        enumerable: true,
        get() {
          throw new Error("a getter that throws");
        },
      });
    case 1:
      return new Proxy(target, {
        get() {
          throw "a proxy that throws no error";
        },
      });
    case 2:
      return Object.defineProperty(target, key, { value: Symbol("x"), enumerable: true });
    case 3:
      return Object.defineProperty(target, key, { value: target, enumerable: true });
    case 4:
      return Object.assign(Object.create(null), target);
    case 5:
      return Object.defineProperty(target, key, { value: 10n ** 40n, enumerable: true });
    case 6:
      return () => target;
    default:
      return new Map([[key, target]]);
  }
}
