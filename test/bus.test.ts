import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import * as z from "zod";
import { type Bus, createBus } from "../lib/bus.ts";
import { EventBus } from "../lib/embedded-host/events.ts";
import { eventTable } from "../lib/events.ts";
import { malformedPayloads } from "./events/malformed.ts";
import { createRecordingLog, type RecordingLog } from "./events/recording-log.ts";
import { incoming, outgoing, requiredFields, samples } from "./events/samples.ts";

let events: EventBus;
let log: RecordingLog;
let bus: Bus;

beforeEach(() => {
  events = new EventBus(() => undefined);
  log = createRecordingLog();
  bus = createBus(events, log);
});

/** What reached the process as an unhandled rejection: on a real host that loses message and stack. */
const unhandled: unknown[] = [];
const collect = (reason: unknown): void => void unhandled.push(reason);
beforeEach(() => {
  unhandled.length = 0;
  process.on("unhandledRejection", collect);
});
afterEach(() => {
  process.off("unhandledRejection", collect);
});

for (const name of incoming) {
  describe(`listening to ${name}`, () => {
    test("hands over the parsed payload, a copy of the sender's", () => {
      const heard: unknown[] = [];
      bus.on(name, (payload) => void heard.push(payload));
      const sent = { ...samples[name], extra: "dropped" };
      events.emit(name, sent, "http");

      const [payload] = heard;
      expect(heard).toHaveLength(1);
      expect(payload).toEqual(samples[name]);
      expect(payload).not.toBe(sent);
      expect(log.lines).toEqual([]);
    });

    test("drops every malformed payload, with one short line each that quotes nothing of it", () => {
      let calls = 0;
      bus.on(name, () => void calls++);
      const payloads = malformedPayloads(name);
      for (const [, payload] of payloads) events.emit(name, payload, "http");

      expect(calls).toBe(0);
      expect(log.lines).toHaveLength(payloads.length);
      for (const { level, line } of log.lines) {
        expect(level).toBe("warn");
        expect(line).toStartWith(`ignored a malformed ${name}: `);
        expect(line.length).toBeLessThan(300);
        expect(line).not.toContain("xxxxxxxxxx");
      }
    });

    test("never throws towards the host, whatever is emitted", () => {
      const thrown: string[] = [];
      events = new EventBus((_level, message) => void thrown.push(message));
      bus = createBus(events, createRecordingLog());
      const heard: unknown[] = [];
      bus.on(name, (payload) => void heard.push(payload));

      fc.assert(
        fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (payload) => {
          heard.length = 0;
          events.emit(name, payload, "http");
          expect(heard).toHaveLength(eventTable[name].schema.safeParse(payload).success ? 1 : 0);
        }),
        { seed: 20_261_122, numRuns: 300 },
      );
      expect(thrown).toEqual([]);
    });
  });
}

for (const name of outgoing) {
  describe(`emitting ${name}`, () => {
    test("gives the host the payload under the event's source", () => {
      const emitted: unknown[] = [];
      events.on("target:event-monitor:capture", (capture) => void emitted.push(capture));
      bus.emit(name, samples[name]);
      expect(emitted).toEqual([
        {
          timestamp: expect.any(Number),
          type: name,
          source: eventTable[name].source,
          payload: samples[name],
        },
      ]);
    });

    test("refuses a payload without a required field, and emits nothing", () => {
      const emitted: unknown[] = [];
      events.on(name, (payload) => void emitted.push(payload));
      for (const field of requiredFields(name)) {
        const broken = { ...samples[name], [field]: undefined };
        expect(() => bus.emit(name, broken as never)).toThrow(z.ZodError);
      }
      expect(requiredFields(name)).not.toEqual([]);
      expect(emitted).toEqual([]);
    });

    test("leaves out what its schema does not name", () => {
      const emitted: unknown[] = [];
      events.on(name, (payload) => void emitted.push(payload));
      bus.emit(name, { ...samples[name], apiKey: "token123" } as never);
      expect(emitted).toEqual([samples[name]]);
    });
  });
}

describe("unsubscribing", () => {
  test("ends one subscription and leaves the others", () => {
    const heard: string[] = [];
    const unsubscribe = bus.on("capability.missing", () => void heard.push("first"));
    bus.on("capability.missing", () => void heard.push("second"));
    unsubscribe();
    unsubscribe();
    events.emit("capability.missing", { intent: "audit" }, "test");
    expect(heard).toEqual(["second"]);
  });

  test("leaves nothing behind on the host's bus", () => {
    const stops = incoming.map((name) => bus.on(name, () => undefined));
    expect(events.getRegisteredEvents().map(({ event }) => event)).toEqual(incoming);
    for (const stop of stops) stop();
    expect(events.getRegisteredEvents()).toEqual([]);
  });

  test("works for a function that was subscribed twice", () => {
    let calls = 0;
    const handler = (): void => void calls++;
    const first = bus.on("capability.missing", handler);
    bus.on("capability.missing", handler);
    first();
    events.emit("capability.missing", { intent: "audit" }, "test");
    expect(calls).toBe(1);
  });
});

describe("a handler that fails", () => {
  const failures: Array<[name: string, handler: () => void | Promise<void>, message: string]> = [
    ["by throwing", () => fail(new Error("no disk")), "no disk"],
    ["by rejecting", () => Promise.reject(new Error("no disk")), "no disk"],
    ["by rejecting later", () => Bun.sleep(1).then(() => fail(new Error("no disk"))), "no disk"],
    ["with an error of several lines", () => Promise.reject(new Error("no\n  disk")), "no disk"],
    ["with a text", () => Promise.reject("no disk"), "no disk"],
    ["with nothing", () => Promise.reject(undefined), "undefined"],
  ];
  for (const [name, handler, message] of failures) {
    test(`${name} is logged once and never reaches the host`, async () => {
      let other = 0;
      bus.on("capability.missing", handler);
      bus.on("capability.missing", () => void other++);
      events.emit("capability.missing", { intent: "audit" }, "test");
      await Bun.sleep(5);

      expect(log.lines).toEqual([
        { level: "error", line: `capability.missing could not be handled: ${message}` },
      ]);
      expect(other).toBe(1);
      expect(unhandled).toEqual([]);
    });
  }

  test("is called again for the next event", async () => {
    let calls = 0;
    bus.on("capability.missing", async () => {
      calls++;
      throw new Error("no disk");
    });
    for (const intent of ["audit", "subscriptions"]) events.emit("capability.missing", { intent }, "test");
    await Bun.sleep(1);
    expect(calls).toBe(2);
    expect(log.lines).toHaveLength(2);
  });
});

describe("a handler that succeeds", () => {
  test("is not waited for by the sender", async () => {
    const order: string[] = [];
    bus.on("capability.missing", async () => {
      order.push("begun");
      await Bun.sleep(1);
      order.push("done");
    });
    events.emit("capability.missing", { intent: "audit" }, "test");
    order.push("emitted");
    await Bun.sleep(5);
    expect(order).toEqual(["begun", "emitted", "done"]);
    expect(log.lines).toEqual([]);
  });
});

describe("the types", () => {
  test("let nobody emit what others say, or listen to what we say", () => {
    const wrong = (_bus: Bus): void => {
      // @ts-expect-error an incoming event is for others to emit
      _bus.emit("capability.missing", { intent: "audit" });
      // @ts-expect-error an outgoing event is not for us to hear
      _bus.on("kata.installed", () => undefined);
      // @ts-expect-error the payload lacks its fields
      _bus.emit("kata.installed", { kataName: "finance.audit" });
      // @ts-expect-error no such code
      _bus.emit("realm.sync_failed", { realmId: "central", code: "weather" });
      // @ts-expect-error no such event
      _bus.on("kata.user_aproved", () => undefined);
    };
    expect(wrong).toBeFunction();
  });
});

function fail(error: Error): never {
  throw error;
}
