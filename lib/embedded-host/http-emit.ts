import type { EventsAPI } from "./contract/events.ts";

/**
 * `POST /api/events/emit` with a body of `{event, data, source?}`: emits whatever it is sent. No login, no look at
 * Origin, Host or content type, and the sender names its own source, so any web page can post here. That is the
 * real host's door, and a pack has to be safe behind it.
 */
export async function emitFromRequest(request: Request, events: EventsAPI): Promise<Response> {
  try {
    const body = (await request.json()) as { event?: unknown; data?: unknown; source?: unknown };
    if (!body.event) return Response.json({ error: "Event name required" }, { status: 400 });
    const event = body.event as string;
    const data = body.data ?? {};
    const source = typeof body.source === "string" && body.source !== "" ? body.source : "http";
    events.emit(event, data, source);
    return Response.json({ success: true, event, data });
  } catch {
    // A body that is not JSON, and the JSON null, get one answer.
    return Response.json({ error: "Invalid JSON" }, { status: 400 });
  }
}
