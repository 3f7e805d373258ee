import { describe, expect, test } from "bun:test";
import { createStreams } from "../../lib/web/streams.ts";

describe("a stream on which nothing happens", () => {
  test("is kept open by a comment, and leaves nothing behind when it is closed", async () => {
    let listeners = 0;
    const listen = () => {
      listeners += 1;
      return () => {
        listeners -= 1;
      };
    };
    const streams = createStreams({ desk: { listen } }, { commentMs: 5 });
    const response = streams.open(new Request("http://127.0.0.1/dojo/api/live"));
    expect({ listeners, open: streams.count() }).toEqual({ listeners: 1, open: 1 });
    setTimeout(() => streams.close(), 40);
    const text = await response.text();
    expect(text).toStartWith("retry: ");
    expect(text.split(": still here\n\n").length).toBeGreaterThan(2);
    expect({ listeners, open: streams.count() }).toEqual({ listeners: 0, open: 0 });
  });
});
