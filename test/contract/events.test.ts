import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { host } from "./hosts.ts";

describe("emit", () => {
  test("without a source throws and says how to call it", () => {
    const events = host.createEvents();
    const emit = (source: unknown) => () => events.emit("kata.installed", {}, source as string);
    for (const source of [undefined, "", 5]) {
      expect(emit(source)).toThrow(
        'EventsAPI.emit() requires source parameter. Usage: emit("kata.installed", data, "agent-name")',
      );
    }
  });

  test("runs handlers before it returns, with the data alone and the same object", () => {
    const events = host.createEvents();
    const data = { seen: 0 };
    const calls: unknown[][] = [];
    events.on("e", (...args: unknown[]) => void calls.push(args));
    events.on("e", (got) => {
      (got as typeof data).seen += 1;
    });
    expect(events.emit("e", data, "agent")).toBeUndefined();
    expect(calls).toEqual([[data]]);
    expect(calls[0]?.[0]).toBe(data);
    expect(data.seen).toBe(1);
  });

  test("runs a handler that was registered twice once", () => {
    const events = host.createEvents();
    let runs = 0;
    const handler = () => {
      runs += 1;
    };
    events.on("e", handler);
    events.on("e", handler);
    events.emit("e", {}, "agent");
    expect(runs).toBe(1);
  });

  test("runs a handler that was added while it runs, and not one that was removed", () => {
    const events = host.createEvents();
    const order: string[] = [];
    const removed = () => void order.push("removed");
    events.on("e", () => {
      order.push("first");
      events.off("e", removed);
      events.on("e", () => void order.push("late"));
    });
    events.on("e", removed);
    events.on("e", () => void order.push("second"));
    events.emit("e", {}, "agent");
    expect(order).toEqual(["first", "second", "late"]);
  });

  test("goes on after a handler that throws", () => {
    const events = host.createEvents();
    const order: string[] = [];
    events.on("e", () => {
      throw new Error("boom");
    });
    events.on("e", () => void order.push("next"));
    events.emit("e", {}, "agent");
    expect(order).toEqual(["next"]);
  });

  test("shows the event to the monitor after the handlers, with its source", () => {
    const events = host.createEvents();
    const seen: unknown[] = [];
    events.on("target:event-monitor:capture", (capture) => void seen.push(capture));
    events.on("e", () => void seen.push("handler"));
    events.emit("e", { a: 1 }, "agent");
    expect(seen).toEqual([
      "handler",
      { timestamp: expect.any(Number), type: "e", source: "agent", payload: { a: 1 } },
    ]);
  });

  test("leaves an async handler's rejection to the process", async () => {
    const child = Bun.spawn([process.execPath, join(import.meta.dir, "rejection-child.ts")], {
      stdout: "pipe",
      stderr: "pipe",
    });
    expect(await child.exited).toBe(0);
    const [last] = (await child.stdout.text()).trim().split("\n").reverse();
    expect(last).toBe("emit returned, then unhandled: late");
  });
});

describe("off and removeAllListeners", () => {
  test("leave no trace in the registered events, which hide targets and responses", () => {
    const events = host.createEvents();
    const handler = () => {};
    for (const event of ["a", "b", "target:x:y", "response:req-0"]) events.on(event, handler);
    expect(events.getRegisteredEvents()).toEqual([
      { event: "a", handlerCount: 1 },
      { event: "b", handlerCount: 1 },
    ]);
    events.off("a", handler);
    expect(events.getRegisteredEvents()).toEqual([{ event: "b", handlerCount: 1 }]);
    events.removeAllListeners("b");
    expect(events.getRegisteredEvents()).toEqual([]);
  });
});

describe("query", () => {
  test("sends the payload with a request id and resolves with the first reply", async () => {
    const events = host.createEvents();
    const asked: unknown[] = [];
    events.on("target:oracle:ask", (payload) => {
      asked.push(payload);
      const { requestId } = payload as { requestId: string };
      events.reply(requestId, "first");
      events.reply(requestId, "second");
    });
    expect(await events.query("oracle", "ask", { about: "katas" })).toBe("first");
    expect(asked).toEqual([{ about: "katas", requestId: "req-0" }]);
  });

  test("rejects with a reply's error", async () => {
    const events = host.createEvents();
    events.on("target:oracle:ask", (payload) => {
      events.reply((payload as { requestId: string }).requestId, null, "not today");
    });
    await expect(events.query(["oracle"], "ask", {})).rejects.toThrow(/^not today$/);
  });

  test("rejects when nobody answers in time", async () => {
    await expect(host.createEvents().query("nobody", "ask", {}, 5)).rejects.toThrow(
      "Query timeout after 5ms",
    );
  });

  test("takes a reply that anybody forged", async () => {
    const events = host.createEvents();
    const answer = events.query("slow", "ask", {});
    events.emit("response:req-0", { data: "of another query", requestId: "req-1" }, "http");
    events.emit("response:req-0", { data: "forged", requestId: "req-0" }, "http");
    expect(await answer).toBe("forged");
  });
});
