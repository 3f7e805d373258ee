import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { draftOf, TestPackedRealm } from "../support/packed-realm.ts";
import { startRealmServer } from "../support/realm-server.ts";
import { describeInBrowser, untilTrue } from "./chromium.ts";
import { exampleSources, serveRealm } from "./realms.ts";
import { startWorld, type World } from "./world.ts";

const MAX_FIRST_LOAD_BYTES = 100_000;
const MAX_SEARCH_MS = 50;
const VERSIONS = 100_000;

describeInBrowser("the first load", ({ open }) => {
  let world: World;
  beforeAll(async () => {
    const server = await serveRealm("examples", "Example katas", exampleSources());
    world = await startWorld([{ id: "examples", name: "Example katas", server }]);
    await world.sync();
  }, 60_000);
  afterAll(() => world.stop());

  test("of every page is one request beside the stream, at most 100 KB, from this machine", async () => {
    const id = await world.miss("I need to track all recurring subscriptions");
    const page = await open();
    const streams = page.waitForRequest(/\/dojo\/api\/live$/);
    await page.goto(world.link());
    // Else its own stream would be counted with the first page.
    await streams;
    for (const path of [
      "",
      `/proposals/${id}`,
      "/browse",
      "/katas/examples/finance.audit",
      "/installed",
      "/realms",
      "/history",
    ]) {
      const asked: string[] = [];
      page.removeAllListeners("request");
      page.on("request", (request) => asked.push(request.url()));
      const live = page.waitForRequest(/\/dojo\/api\/live$/);
      const response = await page.goto(`${world.origin}/dojo${path}`);
      await live;
      // What a page asks for by itself, it asks for at once.
      await page.waitForTimeout(100);
      expect(asked).toEqual([`${world.origin}/dojo${path}`, `${world.origin}/dojo/api/live`]);
      expect((await response?.body())?.byteLength).toBeLessThan(MAX_FIRST_LOAD_BYTES);
    }
  }, 60_000);
});

describeInBrowser(`search among ${VERSIONS} versions`, ({ open }) => {
  let world: World;
  let page: Page;
  beforeAll(async () => {
    const server = await startRealmServer();
    manyKatas().serve(server);
    world = await startWorld([{ id: "team", name: "Team", server }]);
    await world.sync();
    page = await open();
    await page.goto(world.link());
    await page.goto(`${world.origin}/dojo/browse`);
  }, 180_000);
  afterAll(() => world.stop());

  test("shows results within 50 ms of a keystroke", async () => {
    await page.evaluate(watchResults);
    const rounds: number[] = [];
    // What a machine does beside it is in all the rest, so the quickest tenth of a round is held to the limit, and
    // a machine that is at its limit itself has some rounds to come to rest.
    while (rounds.length < MAX_ROUNDS && !rounds.some((ms) => ms < MAX_SEARCH_MS)) {
      rounds.push(await typeRound(page));
    }
    expect(Math.min(...rounds)).toBeLessThan(MAX_SEARCH_MS);
  }, 120_000);
});

const MAX_ROUNDS = 10;

/** Types a few searches and returns what the quickest tenth of the keystrokes took, in milliseconds. */
async function typeRound(page: Page): Promise<number> {
  await page.evaluate("times.length = 0");
  const search = page.getByRole("searchbox");
  await search.focus();
  let typed = 0;
  for (const text of ["finance", "mail watch", "weather"]) {
    for (const key of text) {
      await page.keyboard.type(key);
      typed += 1;
      await untilTrue(page, `times.length === ${typed}`);
    }
    await search.fill("");
    typed += 1;
    await untilTrue(page, `times.length === ${typed}`);
  }
  const times = ((await page.evaluate("times")) as number[]).sort((a, b) => a - b);
  const at = (part: number): number => times[Math.floor((times.length - 1) * part)] ?? Number.NaN;
  console.log(
    `keystroke to results at ${VERSIONS} versions: median ${at(0.5).toFixed(1)} ms, 90% ${at(0.9).toFixed(1)} ms, worst ${at(1).toFixed(1)} ms of ${times.length}`,
  );
  expect(times.length).toBeGreaterThan(20);
  return at(0.1);
}

/** From the moment of the key, as the browser noted it, to the frame after the one that shows the results. */
const watchResults = `
  globalThis.times = [];
  let typed;
  document.addEventListener("input", ({ timeStamp }) => { typed = timeStamp; }, { capture: true });
  new MutationObserver(([{ target }]) => {
    if (target.getAttribute("aria-busy") !== null) return;
    requestAnimationFrame(() => {
      const painted = new MessageChannel();
      painted.port1.onmessage = () => times.push(performance.now() - typed);
      painted.port2.postMessage(null);
    });
  }).observe(document.getElementById("results"), { attributeFilter: ["aria-busy"] });
`;

const subjects = ["finance", "mail", "garden", "weather", "news", "travel", "music", "health"];
const deeds = ["audit", "digest", "watch", "report", "archive"];

function manyKatas(): TestPackedRealm {
  const realm = new TestPackedRealm({ id: "team" });
  const drafts = Array.from({ length: VERSIONS }, (_, index) => {
    const subject = subjects[index % subjects.length] ?? "";
    const deed = deeds[Math.floor(index / 8) % deeds.length] ?? "";
    return draftOf(`${subject}.${deed}${String(index).padStart(6, "0")}`, "v1", {
      description: `Kata ${index}: a ${deed} of ${subject} that runs each day.`,
      tags: [subject, deed],
    });
  });
  return realm.publish(...drafts);
}
