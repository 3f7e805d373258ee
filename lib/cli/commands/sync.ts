import { sayProgress } from "../../desk/say-progress.ts";
import type { RealmView } from "../../desk/shown.ts";
import { CommandError, EXIT_DONE, EXIT_FAILED } from "../command-error.ts";
import type { DeskContext } from "../desk/with-desk.ts";
import { getRealm } from "../find-realm.ts";
import { countOf } from "../format.ts";
import type { Line, Report } from "../print.ts";
import { createProgress } from "../progress.ts";

const POLL_MS = 250;
/** A first sync of a million versions over a slow line; the sync itself ends by limits of its own. */
const TIMEOUT_MS = 30 * 60_000;

/**
 * `realms sync [realm…]`: syncs these realms, or every enabled one, says on stderr how far each is, and waits for the
 * end of each: after the sync of another process, where one is under way. The exit code is 1 when one failed.
 *
 * @throws CommandError `unknown_realm`, `realm_disabled`, `sync_unfinished`, `interrupted`
 */
export async function syncCommand(context: DeskContext, ids: readonly string[]): Promise<Report> {
  const { desk, say } = context;
  const before = (await desk.realms()).realms;
  const chosen = choose(before, ids);
  for (const { id } of chosen) await desk.syncRealm(id);
  const ended = await follow(context, chosen, (realm) => say([toResultLine(realm)]));
  const failed = ended.filter(({ failure }) => failure !== null);
  return {
    json: { outcome: failed.length === 0 ? "synced" : "failed", realms: ended },
    lines: [
      failed.length === 0
        ? `Synced ${countOf(ended.length, "realm", "realms")}.`
        : `${failed.length} of ${countOf(ended.length, "realm", "realms")} failed; what was known of them stays in use.`,
    ],
    exitCode: failed.length === 0 ? EXIT_DONE : EXIT_FAILED,
  };
}

function choose(realms: readonly RealmView[], ids: readonly string[]): RealmView[] {
  if (ids.length === 0) return realms.filter(({ enabled }) => enabled);
  return [...new Set(ids)].map((id) => {
    const realm = getRealm(realms, id);
    if (realm.enabled) return realm;
    throw new CommandError("realm_disabled", `${id} is disabled. First:  realms realm enable ${id}`);
  });
}

/** Each realm as it is once its sync has ended. One that was removed meanwhile is left out. */
async function follow(
  { desk, around, isJson }: DeskContext,
  chosen: readonly RealmView[],
  onEnd: (realm: RealmView) => void,
): Promise<RealmView[]> {
  let open = chosen.map(({ id }) => id);
  const ended: RealmView[] = [];
  const startedAt = around.clock.now();
  const say = createProgress(around, isJson);
  for (;;) {
    const { realms } = await desk.realms();
    const closed = realms.filter(({ id, isSyncing }) => open.includes(id) && !isSyncing);
    closed.forEach(onEnd);
    ended.push(...closed);
    open = realms.flatMap(({ id, isSyncing }) => (open.includes(id) && isSyncing ? [id] : []));
    if (open.length === 0) return ended;
    say(() =>
      realms
        .filter(({ id }) => open.includes(id))
        .map(({ id, progress }) => `${id}: ${sayProgress(progress)}`)
        .join("; "),
    );
    if (around.signal.aborted) {
      throw new CommandError(
        "interrupted",
        desk.via === "page"
          ? "Stopped waiting. See how it ends:  realms realm list"
          : "Stopped. What was known of the realms stays in use.",
      );
    }
    if (around.clock.now() - startedAt > TIMEOUT_MS) {
      throw new CommandError("sync_unfinished", "It still goes on. See how it ends:  realms realm list");
    }
    await around.wait(POLL_MS, around.signal);
  }
}

function toResultLine({ id, failure, katas, versions }: RealmView): Line {
  if (failure !== null) return { text: `  ${id}  failed, ${failure.code}: ${failure.message}`, style: "bad" };
  return `  ${id}  ${countOf(katas, "kata", "katas")} in ${countOf(versions, "version", "versions")}`;
}
