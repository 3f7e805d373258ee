import { mkdtempSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EmbeddedHost, startHost } from "ronin-plugin-api";
import { build, projectRoot } from "../../lib/build/build.ts";
import { type EventName, type EventPayload, eventTable } from "../../lib/events.ts";
import { serveFolder } from "../../lib/publish/serve-folder.ts";
import { toPageLink } from "../../lib/runtime/open-page.ts";
import { readOrCreatePageToken } from "../../lib/runtime/page-token.ts";
import { pageTokenPath } from "../../lib/runtime/paths.ts";
import { close } from "./narrate.ts";
import { publishExamples, tamper } from "./publish.ts";
import { exampleSkills } from "./skills.ts";

/** A host with the built pack dropped in and a realm to sync, all in a folder of its own. */
export interface Stage {
  home: string;
  dist: string;
  realmUrl: string;
  /** What the realm is pinned to. */
  fingerprint: string;
  host: EmbeddedHost;
  env: Record<string, string | undefined>;
  /** Opens the page; made once the pack runs. */
  pageLink(): string;
  /** Options that point the `realms` command at this host. */
  locate: string[];
  /** The first event of this name that fits, from the start on. Rejects after `timeoutMs`. */
  seen<Name extends EventName>(
    event: Name,
    fits: (payload: EventPayload<Name>) => boolean,
    timeoutMs: number,
  ): Promise<EventPayload<Name>>;
  /** Says where everything is and what to try next. */
  pointToState(isInstalled: boolean): void;
  close(): Promise<void>;
}

/** With nothing behind them. */
const tools = exampleSkills.map((name) => ({ name, handler: async () => ({}) }));

export async function openStage(options: { tamper: boolean }): Promise<Stage> {
  const home = mkdtempSync(join(tmpdir(), "ronin-realms-demo-"));
  const dist = join(projectRoot, "dist");
  await build({ outDir: dist });
  await dropIn(join(home, ".ronin"));

  const { site, fingerprint } = await publishExamples(join(home, "publisher"));
  if (options.tamper) await tamper(site);
  const realm = serveFolder({ folder: site, port: 0 });
  // The pack runs in this process, so its state has to be led to the scratch folder before it loads.
  const env = { ...process.env, RONIN_REALMS_HOME: join(home, ".ronin/realms") };
  process.env.RONIN_REALMS_HOME = env.RONIN_REALMS_HOME;
  const host = await startHost({
    home,
    tools,
    config: {
      realms: {
        realms: [
          { id: "examples", name: "Example katas", type: "custom", url: realm.url, root: fingerprint },
        ],
      },
    },
  });
  const past: Array<{ event: EventName; payload: unknown }> = [];
  const waiting = new Set<() => void>();
  for (const event of Object.keys(eventTable) as EventName[]) {
    host.api.events.on(event, (payload) => {
      past.push({ event, payload });
      for (const check of waiting) check();
    });
  }

  return {
    home,
    dist,
    realmUrl: realm.url,
    fingerprint,
    host,
    env,
    pageLink: () => toPageLink(readOrCreatePageToken(pageTokenPath(env)), host.port),
    locate: ["--db", join(home, "ronin.db"), "--port", String(host.port)],
    seen: (event, fits, timeoutMs) =>
      new Promise((found, failed) => {
        const timer = setTimeout(() => {
          waiting.delete(check);
          failed(new Error(`no ${event} within ${timeoutMs / 1000} s`));
        }, timeoutMs);
        const check = (): void => {
          const match = past.find(
            (seen) => seen.event === event && fits(seen.payload as EventPayload<typeof event>),
          );
          if (match === undefined) return;
          clearTimeout(timer);
          waiting.delete(check);
          found(match.payload as EventPayload<typeof event>);
        };
        waiting.add(check);
        check();
      }),
    pointToState(isInstalled) {
      const db = join(home, "ronin.db");
      const holds = isInstalled
        ? "holds the kata and its receipt"
        : "holds the failed request and no receipt";
      close(`\nEverything is in ${home}; ronin.db ${holds}.`);
      close(
        isInstalled ? `Try next: npx bun dist/bin/realms.js receipts --db ${db}` : "Try next: npm run demo",
      );
    },
    async close() {
      await realm.stop();
      await host.stop();
    },
  };
}

/** As a user does it: the drop-in command on an existing Ronin home. */
async function dropIn(roninHome: string): Promise<void> {
  await mkdir(roninHome, { recursive: true });
  await writeFile(join(roninHome, "config.json"), "{}\n");
  const child = Bun.spawn([process.execPath, join(projectRoot, "lib/build/drop-in.ts"), roninHome], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [exitCode, err] = await Promise.all([child.exited, new Response(child.stderr).text()]);
  if (exitCode !== 0) throw new Error(`the pack could not be dropped in: ${err}`);
}
