import * as z from "zod";
import { messageOf } from "../errors.ts";
import { kataNameSchema, kataVersionSchema, qualifiedName } from "../model/kata.ts";
import { realmIdSchema } from "../model/realm.ts";
import type { DeskDeps } from "./deps.ts";
import { patiently } from "./patience.ts";

type AnnounceDeps = Pick<DeskDeps, "registry" | "events" | "tools" | "clock" | "log">;

const TOOL = "local.notify";
const proposed = ["kata.install_proposed", "kata.creation_proposed"];
const proposedSchema = z.object({ proposalId: z.string().max(100) });
/** A thousand needs in a second must not become a thousand notifications. */
const MAX_PER_MINUTE = 5;
const MAX_REMEMBERED = 1000;

/**
 * Announces proposals with the host's notification tool, each once. The event may be anybody's, so the request
 * is looked up; and the host puts a notification's text into a shell command, so nothing goes into it but words
 * of ours and names that their schemas leave no other characters than `a-z 0-9 . _ - : @`.
 *
 * @returns the way to stop
 */
export function announceProposals(deps: AnnounceDeps): () => void {
  const announced = new Set<string>();
  let recent: number[] = [];
  const isDue = (id: string): boolean => {
    const now = deps.clock.now();
    recent = recent.filter((at) => now - at < 60_000);
    if (announced.has(id) || recent.length >= MAX_PER_MINUTE) return false;
    if (announced.size >= MAX_REMEMBERED) announced.clear();
    announced.add(id);
    recent.push(now);
    return true;
  };
  const handler = (data: unknown): void => {
    const parsed = proposedSchema.safeParse(data);
    if (!parsed.success || deps.tools?.has(TOOL) !== true) return;
    announce(deps, parsed.data.proposalId, isDue).catch((error: unknown) => {
      deps.log.warn(`a proposal could not be announced: ${messageOf(error)}`);
    });
  };
  for (const event of proposed) deps.events.on(event, handler);
  return () => {
    for (const event of proposed) deps.events.off(event, handler);
  };
}

async function announce(
  { registry, tools }: AnnounceDeps,
  id: string,
  isDue: (id: string) => boolean,
): Promise<void> {
  const request = await patiently(() => registry.findRequest(id));
  if (request?.status !== "pending" || !isDue(id)) return;
  const realm = realmIdSchema.parse(request.fromRealm);
  const name = kataNameSchema.parse(request.kataName);
  const kata = qualifiedName(realm, name, kataVersionSchema.parse(request.kataVersion));
  const message = `${kata} waits for your decision on the Dojo page`;
  await tools?.execute(TOOL, { title: "Ronin Dojo", message, sound: false });
}
